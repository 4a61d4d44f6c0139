import { type ErrorPlace, GodwitError, type Slice, type SliceCounts } from '../model/index.ts';
import type { Stall } from './stall-watch.ts';

/** Every error this room makes. Each code has a page under `docs/errors/`. */

export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** ISO instant in UTC. */
  readonly startedAt: string;
  readonly purpose: string;
}

export function locked(holder: LockHolder | null): GodwitError {
  const who = holder
    ? `process ${holder.pid} on ${holder.host}, ${holder.purpose}, started ${holder.startedAt}`
    : 'a process that is just starting';
  return new GodwitError({
    code: 'engine.locked',
    title: 'Another run of this project is under way',
    detail: who,
    nextStep: 'Wait until it ends, or stop that process; the lock goes with it.',
    fate: 'pause',
  });
}

export function lockDamaged(path: string, cause: unknown): GodwitError {
  return new GodwitError({
    code: 'engine.lock-damaged',
    title: 'The lock file cannot be read',
    detail: cause instanceof Error ? cause.message : String(cause),
    nextStep: 'Make sure that nobody works on this project, then delete the file: nothing is kept in it.',
    fate: 'never',
    where: { file: path },
    cause,
  });
}

export function journalNewer(found: number, known: number): GodwitError {
  return new GodwitError({
    code: 'engine.journal-newer',
    title: 'The journal was written by a newer godwit',
    detail: `journal format ${found}, this version knows up to ${known}`,
    nextStep: 'Use the godwit version that wrote it, or a later one.',
    fate: 'never',
  });
}

export function journalForeign(path: string, cause?: unknown): GodwitError {
  return new GodwitError({
    code: 'engine.journal-foreign',
    title: 'The journal file is not a journal',
    nextStep:
      'Put the project’s own journal back from a backup; do not write into a file that is something else.',
    fate: 'never',
    where: { file: path },
    cause,
  });
}

export function runChanged(run: string, before: string, now: string): GodwitError {
  return new GodwitError({
    code: 'engine.run-changed',
    title: 'This run was begun with another runbook',
    detail: `run ${run} belongs to ${before}, asked to go on with ${now}`,
    nextStep: 'Go on with the runbook it was begun with, or undo that run and begin a new one.',
    fate: 'pause',
  });
}

export function runUnknown(run: string): GodwitError {
  return new GodwitError({
    code: 'engine.run-unknown',
    title: 'The journal knows no such run',
    detail: run,
    nextStep: 'Take one of the runs that `godwit status` lists.',
    fate: 'never',
  });
}

export function workerOutdated(version: string, led: string): GodwitError {
  return new GodwitError({
    code: 'engine.worker-outdated',
    title: 'This godwit is older than the one that leads the run',
    detail: `this is ${version}, the run was led by ${led}`,
    nextStep: `Install godwit ${led} on this machine and start the worker again.`,
    fate: 'never',
  });
}

export function leadLost(): GodwitError {
  return new GodwitError({
    code: 'engine.lead-lost',
    title: 'Another process leads this run now',
    detail: 'this one said nothing for longer than its lease',
    nextStep:
      'Look at `godwit status`, which names the one that leads. Nothing has to be repaired: what this one held went on there.',
    fate: 'pause',
  });
}

export function viewDiffers(relation: string): GodwitError {
  return new GodwitError({
    code: 'engine.view-differs',
    title: 'This process sees other records of the source than the one that leads the run',
    detail: 'the source moved, and it cannot share one view with several machines',
    nextStep:
      'Nothing: the step goes on without this worker. Where the source rests during the move, workers take part.',
    fate: 'pause',
    where: { relation },
  });
}

export function claimLost(place: ErrorPlace, slice: number): GodwitError {
  return new GodwitError({
    code: 'engine.claim-lost',
    title: 'Another worker has this slice now',
    detail: `slice ${slice}`,
    nextStep: 'Nothing: this worker goes on with another slice, and the other one brings this.',
    fate: 'pause',
    where: place,
  });
}

export function runUndone(run: string, state: string): GodwitError {
  return new GodwitError({
    code: 'engine.run-undone',
    title: 'This run is being or was undone and cannot write any more',
    detail: `run ${run} is ${state}`,
    nextStep: 'Finish the undo with `godwit rollback`, then begin a new run.',
    fate: 'pause',
  });
}

export function recordsMoved(relation: string, slice: Slice): GodwitError {
  const from = slice.after === null ? 'the beginning' : `line ${String(slice.after[0])}`;
  const to = slice.upTo === null ? 'the end' : `line ${String(slice.upTo[0])}`;
  return new GodwitError({
    code: 'engine.records-moved',
    title: `Other records of ${relation} than those in quarantine are not what they were, or not where they were`,
    detail: `between ${from} and ${to} of its file`,
    nextStep:
      'Mend each record on its own line: no line more and none less (an empty line keeps the place of one that goes), nothing else changed. Then replay again.',
    fate: 'pause',
    where: { relation },
  });
}

export function unable(system: string, ability: string): GodwitError {
  return new GodwitError({
    code: 'engine.unable',
    title: 'This system cannot do what the step needs',
    detail: `${system} has no ability "${ability}"`,
    nextStep: 'Choose another system for this role, or leave the step out of the plan.',
    fate: 'never',
    where: { system },
  });
}

export function stepUnknown(step: string, detail: string): GodwitError {
  return new GodwitError({
    code: 'engine.step-unknown',
    title: 'The engine cannot carry out this step',
    detail,
    nextStep: 'Make the plan again with `godwit plan`; steps of audit and sign-off are not the engine’s.',
    fate: 'never',
    where: { step },
  });
}

export function targetNotEmpty(relation: string, rows: string): GodwitError {
  return new GodwitError({
    code: 'engine.target-not-empty',
    title: 'The target already holds records',
    detail: `${relation} has ${rows}; its object is agreed as empty-only`,
    nextStep: 'Empty the relation, or choose `mode: append` or `mode: upsert` in the mapping and plan again.',
    fate: 'pause',
    where: { relation },
  });
}

export function relationsExist(relations: readonly string[]): GodwitError {
  return new GodwitError({
    code: 'engine.relations-exist',
    title: 'Relations that should be created are there already',
    detail: relations.join(', '),
    nextStep: 'Somebody made them after planning: plan again, or remove them when they are leftovers.',
    fate: 'pause',
  });
}

export function slicesIncoherent(step: string, detail: string): GodwitError {
  return new GodwitError({
    code: 'engine.slices-incoherent',
    title: 'The slices of this step do not cover its relation exactly once',
    detail,
    nextStep: 'Do not go on: keep journal and target as they are and report this with the detail above.',
    fate: 'never',
    where: { step },
  });
}

export function planMismatch(step: string, detail: string): GodwitError {
  return new GodwitError({
    code: 'engine.plan-mismatch',
    title: 'Target and journal do not speak of the same run',
    detail,
    nextStep:
      'Use the project folder this run was begun in; a copied or restored folder cannot go on with it.',
    fate: 'never',
    where: { step },
  });
}

export function fieldsUnexpected(relation: string, expected: string, found: string): GodwitError {
  return new GodwitError({
    code: 'engine.fields-unexpected',
    title: 'The source gives other fields than were agreed',
    detail: `expected ${expected}; found ${found}`,
    nextStep: 'The source changed: inspect it again, review the mapping and plan again.',
    fate: 'pause',
    where: { relation },
  });
}

/** @param changes a line for each difference @param because what made somebody look; null where nothing did */
export function structureChanged(
  relation: string,
  changes: readonly string[],
  because: string | null,
): GodwitError {
  const shown = 8;
  const more = changes.length > shown ? [`and ${changes.length - shown} more`] : [];
  const seen = because === null ? '' : ` (seen because: ${because})`;
  return new GodwitError({
    code: 'engine.structure-changed',
    title: 'The target was changed while the run was at work',
    detail: `${[...changes.slice(0, shown), ...more].join('; ')}${seen}`,
    nextStep:
      'Have it taken back, then `godwit run` goes on behind the last whole slice. If it is meant to stay, take back what is there with `godwit rollback`, or let objects be merged with it (`mode: upsert`), then change the mapping, plan and have it approved.',
    fate: 'pause',
    where: { relation },
  });
}

export function countsIncoherent(where: ErrorPlace, counts: SliceCounts): GodwitError {
  const { rowsRead, rowsWritten, rowsQuarantined, rowsPurged } = counts;
  return new GodwitError({
    code: 'engine.counts-incoherent',
    title: 'Records read are not the sum of written, quarantined and purged ones',
    detail: `read ${rowsRead}, written ${rowsWritten}, quarantined ${rowsQuarantined}, purged ${rowsPurged}`,
    nextStep: 'Nothing of this slice was kept. Report this with the detail above.',
    fate: 'never',
    where,
  });
}

export function retriesExhausted(
  cause: GodwitError,
  attempts: number,
  waitedMs: number,
  stall: Stall | null,
): GodwitError {
  const seen = stall === null ? '' : `; ${stall.words}${stall.more}`;
  return new GodwitError({
    code: 'engine.retries-exhausted',
    title: 'The other side stayed away',
    detail: `${attempts} attempts in ${Math.round(waitedMs / 1000)} s; last: ${cause.code}: ${cause.message}${seen}`,
    nextStep: `${cause.nextStep} Then go on with \`godwit run\`: it continues behind the last whole slice.`,
    fate: 'pause',
    where: cause.where,
    cause,
  });
}

export function entryUnknown(id: string): GodwitError {
  return new GodwitError({
    code: 'engine.entry-unknown',
    title: 'The quarantine holds no such entry',
    detail: id,
    nextStep: 'Take an id that `godwit quarantine list` shows.',
    fate: 'never',
  });
}

export function cycleNotTakenBack(step: string, records: number): GodwitError {
  return new GodwitError({
    code: 'engine.cycle-not-taken-back',
    title: 'Records that have to be copied again cannot be taken back first',
    detail: `${records} of them were changed since, or are needed by others`,
    nextStep:
      'Find out who writes to the target, let them undo it, and run the same command again; or take the run back with `godwit rollback`.',
    fate: 'pause',
    where: { step },
  });
}
