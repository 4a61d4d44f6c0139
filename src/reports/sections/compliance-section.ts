import type { Entry } from '../../ledger/index.ts';
import { type Control, controls } from '../compliance-controls.ts';
import { type Block, type Cell, counted, type Section } from '../document.ts';

/** A control with what the ledger holds for it. */
export interface ControlEvidence extends Control {
  /** Numbers of the entries, the first one first. */
  readonly found: readonly number[];
}

/** What the entries of a ledger show for each control; an entry that speaks to several stands at each of them. */
export function controlEvidence(entries: Iterable<Entry>): readonly ControlEvidence[] {
  const byType = new Map<string, number[]>();
  for (const { type, body, seq } of entries) {
    const kind = (body as { readonly kind?: unknown } | undefined)?.kind;
    for (const name of typeof kind === 'string' ? [type, `${type}:${kind}`] : [type]) {
      const known = byType.get(name);
      if (known === undefined) byType.set(name, [seq]);
      else known.push(seq);
    }
  }
  return controls.map((control) => ({
    ...control,
    found: [...new Set(control.entries.flatMap((name) => byType.get(name) ?? []))].sort((a, b) => a - b),
  }));
}

/** Which facts of this project speak to which demand, and to which nothing does: for those who judge, which godwit does not. */
export function complianceSection(evidence: readonly ControlEvidence[]): Section {
  const without = evidence.filter(({ found }) => found.length === 0);
  return {
    id: 'compliance',
    title: 'Facts for controls',
    verdict: {
      tone: 'plain',
      text: `${counted(evidence.length - without.length, 'control')} with entries of the ledger, ${without.length} without`,
    },
    blocks: [
      {
        kind: 'paragraph',
        text: 'This is no certificate and no judgement. Beside each demand, in our own words, stand the entries of the ledger that speak to it and where the rest of it lies; whether that is enough is for an auditor to say. A demand without entries is not met by this project: show it elsewhere.',
      },
      ...(['SOC 2', 'GDPR', 'HIPAA'] as const).flatMap((framework): readonly Block[] => [
        { kind: 'heading', text: framework },
        {
          kind: 'table',
          head: ['control', 'asks that', 'entries', 'files'],
          rows: evidence.filter((one) => one.framework === framework).map(rowOf),
          empty: '',
        },
      ]),
    ],
  };
}

const numbersMax = 8;

function rowOf({ number, asks, entries, found, files }: ControlEvidence): readonly Cell[] {
  const shown = found.slice(0, numbersMax).join(', ');
  const more = found.length > numbersMax ? ` and ${found.length - numbersMax} more` : '';
  const none = entries.length === 0 ? 'NONE: nothing in a move speaks to it' : 'NONE yet';
  return [
    number,
    asks,
    found.length === 0 ? { tone: 'warn', text: none } : `${shown}${more}`,
    files.join(', '),
  ];
}
