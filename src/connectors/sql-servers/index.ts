/** What the shelves of database servers do alike, whatever their SQL. A room between the shelves: it knows none of them. */
export { type Attempt, inHalves } from './in-halves.ts';
export { portableCheck, portableDefault } from './portable-sql.ts';
export { distinctRuns, statementRuns, undoKeyOf } from './record-runs.ts';
export { EntryUndoer, type RefusedEntry, type UndoOutcome } from './undo-entries.ts';
export { type BeforeImage, netChanges, type UndoEntry, type UndoPack } from './undo-pack.ts';
export type { UndoStatements } from './undo-statements.ts';
