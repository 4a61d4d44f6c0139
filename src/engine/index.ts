/**
 * Carries out the steps of a runbook against the port: copies, links, undoes, replays, repairs.
 *
 * Invariants (the tests that guard them are named in `docs/internals/engine.md`):
 * 1. Nothing is written without a warrant that covers the step, the system and the moment.
 * 2. A slice is in the target whole, once, or not at all; what is there is read from the target, never from the journal.
 * 3. A resumed run gives the target that an uninterrupted one gives.
 * 4. The plan of a step is made once and covers its relation without a gap or an overlap.
 * 5. Every record read ends as exactly one of written, quarantined, purged.
 * 6. A record that could not go is durable in the journal before its slice is committed, once however often that is tried.
 * 7. A record goes with all of its target rows or with none.
 * 8. A run ends only at a slice boundary; what it was doing ends with it.
 * 9. Only a failure that may pass is repeated, within a budget; then a person is asked.
 * 10. Undo takes back what the target holds of the run, newest first, and names what it had to leave.
 * 11. A replay takes only records out of quarantine whose slice is in the target, and marks them after the commit.
 * 12. No key, no value and no message leaves for ledger or log, and none is readable in the journal without the key.
 * 13. One process at a time works on a project: there is no session without its lock.
 * 14. Memory does not grow with the number of records.
 * 15. A repair touches only the records that are named, and an undo of the run takes it along.
 * 16. A record has one open entry for each object: a second pass meets only what the first one brought.
 * 17. A record of a file is replayed only while the others stand on their lines.
 * 18. Lanes give the same target, the same quarantine and the same counts.
 * 19. What waits for the records changes neither the target nor the quarantine.
 * 20. What is built beside the copies breaks none of them, and is there once, whatever breaks.
 * 21. A statement that completes a relation is begun behind those it needs and beside none that it would wait for.
 * 22. Several slices at once give the same target as one after the other, whatever breaks.
 * 23. From the beginning of an undo, and of a replay, nothing comes any more that a process which is gone had under way.
 * 24. What the journal promised is there after a kill, a power cut and on a full disk, and of a call that was cut off all or
 *     nothing.
 * 25. Slices of one step are taken back side by side only where none can need that another has gone.
 * 26. What holds a run up is named, and the run is whole when it is gone.
 */
export type { SystemsDoor } from './connections.ts';
export { type CrashHook, type CrashPoint, crashPoints } from './crash-points.ts';
export type { EngineEvent, RecordEvent } from './engine-event.ts';
export { executeStep, finishRun } from './execute-step.ts';
export { type LockHolder, locked } from './faults.ts';
export { type Helping, helpStep } from './help-step.ts';
export type {
  EntryFilter,
  Journal,
  JournalRun,
  JournalStep,
  PurgedCount,
  RunState,
  StepState,
} from './journal/journal.ts';
export { openPostgresJournal, type PostgresJournalOptions } from './journal/postgres-journal.ts';
export { openPostgresWorkBoard, type PostgresWorkBoardOptions } from './journal/postgres-work-board.ts';
export { holderOfLock, type LockOptions, lockProject, type ProjectLock } from './journal/project-lock.ts';
export type {
  EntryState,
  EntrySummary,
  KeptEntry,
  KeptOriginal,
  QuarantineEntry,
} from './journal/quarantine-entry.ts';
export {
  keepRunnerKey,
  keepSalt,
  lastStop,
  type SharedRunnerKey,
  tellStop,
} from './journal/shared-marks.ts';
export { openSqliteJournal, type SqliteJournalOptions } from './journal/sqlite-journal.ts';
export type { Offer, SeenWorker, WorkBoard } from './journal/work-board.ts';
export { defaultLimits, type EngineLimits, type RetryLimits } from './limits.ts';
export { lookAtTarget } from './look-at-target.ts';
export type { ObjectPlan } from './object-plan.ts';
export { owedLinks } from './owed-links.ts';
export type { Progress } from './progress.ts';
export { type RepairRequest, repairStep } from './repair-step.ts';
export { type ReplayReport, type ReplayRequest, replayStep } from './replay-step.ts';
export { type ObjectNumbers, type RunView, reconcile, runStatus, type StepStatus } from './run-status.ts';
export { Seat } from './seat.ts';
export {
  type Judge,
  type LaterWork,
  type Observed,
  openSession,
  type Session,
  type SessionOptions,
  type Verdict,
} from './session.ts';
export type { Stall } from './stall-watch.ts';
export type { SourceMovement, StepReport } from './step-report.ts';
export type { StructureWatch } from './structure-watch.ts';
export {
  type TakingBack,
  takeBackCompletions,
  takeBackRelations,
  takeBackStep,
} from './take-back-step.ts';
export { leadTeam, seatLock, type Team } from './team.ts';
export { type CreatedRelations, undoRun } from './undo-run.ts';
export type { LeftRecord, UndoReport } from './undo-steps.ts';
export type { ValueLook, ValueWatch, WatchedSlice } from './value-watch.ts';
export { readKeptIds } from './warranted-target.ts';
