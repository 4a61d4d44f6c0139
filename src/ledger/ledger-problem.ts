/** What is wrong with a ledger and where: in entry `from`, or somewhere from `from` to `to`; null when in no entry. */
export interface LedgerProblem {
  readonly code:
    | 'ledger.entry-changed'
    | 'ledger.entries-missing'
    | 'ledger.entries-reordered'
    | 'ledger.entry-torn'
    | 'ledger.history-rewritten'
    | 'ledger.checkpoint-invalid';
  readonly from: number | null;
  readonly to: number | null;
  readonly what: string;
}
