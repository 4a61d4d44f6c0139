import { type ErrorPlace, type Fate, GodwitError } from '../../model/index.ts';

/** What `node:sqlite` throws; told apart by its fields, because its class has no name of its own. */
export interface DriverError extends Error {
  /** SQLite's extended result code. */
  readonly errcode: number;
}

export function isDriverError(error: unknown): error is DriverError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}

interface Told {
  readonly code: string;
  readonly title: string;
  readonly nextStep: string;
  readonly fate: Fate;
}

const damaged: Told = {
  code: 'sqlite.damaged',
  title: 'The SQLite file is damaged',
  nextStep:
    'Run `PRAGMA integrity_check`; restore a backup, or recover a copy with the sqlite3 shell’s `.recover`.',
  fate: 'never',
};

/** By SQLite's primary result code (https://www.sqlite.org/rescode.html). */
const told: ReadonlyMap<number, Told> = new Map([
  [
    5,
    {
      code: 'sqlite.locked',
      title: 'The SQLite file is locked by another program',
      nextStep: 'Wait, or close the program that is writing to it; the work goes on where it stopped.',
      fate: 'later',
    },
  ],
  [
    8,
    {
      code: 'sqlite.read-only',
      title: 'The SQLite file cannot be written',
      nextStep:
        'Give this user write permission to the file and its folder (SQLite keeps a journal beside it).',
      fate: 'never',
    },
  ],
  [
    10,
    {
      code: 'sqlite.input-output',
      title: 'The disk under the SQLite file failed',
      nextStep:
        'Look at the machine’s disk and system log; then start again, the file is as before the slice.',
      fate: 'pause',
    },
  ],
  [11, damaged],
  [
    13,
    {
      code: 'sqlite.full',
      title: 'The disk (or the file’s page limit) is full',
      nextStep: 'Make room where the SQLite file is, then start again; nothing of the slice stayed.',
      fate: 'pause',
    },
  ],
  [
    14,
    {
      code: 'sqlite.unreadable',
      title: 'The SQLite file cannot be opened',
      nextStep:
        'Check that the path is a file this user may read; a file in WAL mode also needs a writable folder, or a copy turned back with `PRAGMA journal_mode=DELETE`.',
      fate: 'never',
    },
  ],
  [
    26,
    {
      code: 'sqlite.not-a-database',
      title: 'This file is not an SQLite database',
      nextStep: 'Check the path; an encrypted database has to be decrypted into a copy first.',
      fate: 'never',
    },
  ],
]);

/** A journal beside the file holds what a killed writer left; only a connection that may write can put it back. */
const needsRecovery: Told = {
  code: 'sqlite.needs-recovery',
  title: 'A program that wrote this file was killed, and the file has to be recovered first',
  nextStep:
    'Let a program that may write open it once, for example `sqlite3 <path> "SELECT 1"`; keep the -journal file beside it.',
  fate: 'never',
};
const needsRecoveryCode = 776;

const statementFailed: Told = {
  code: 'sqlite.statement-failed',
  title: 'SQLite refused a statement',
  nextStep: 'Read what SQLite says; when the structure changed since planning, inspect and plan again.',
  fate: 'never',
};

/** Result codes with the same meaning as another: locked within a connection, no permission, an authorisation. */
const sameAs: ReadonlyMap<number, number> = new Map([
  [6, 5],
  [3, 14],
  [23, 14],
]);

/** The same failure in the house's words; what is not the driver's is given back as it is. */
export function translated(error: unknown, where: ErrorPlace): unknown {
  if (!isDriverError(error)) return error;
  const primary = error.errcode & 0xff;
  const words =
    error.errcode === needsRecoveryCode
      ? needsRecovery
      : (told.get(sameAs.get(primary) ?? primary) ?? statementFailed);
  return new GodwitError({ ...words, detail: error.message, where, cause: error });
}

/** Runs the work; a driver's failure leaves in the house's words. */
export function inWords<Result>(where: ErrorPlace, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw translated(error, where);
  }
}

/** Errors that are not the driver's. */
export const sqliteFault = {
  missingFile: (path: string): GodwitError =>
    new GodwitError({
      code: 'sqlite.missing-file',
      title: 'There is no SQLite file at this path',
      detail: path,
      nextStep: 'Correct the path; an empty target is made with `sqlite3 <path> VACUUM` or any empty file.',
      fate: 'never',
      where: { file: path },
    }),
  noFile: (path: string): GodwitError =>
    new GodwitError({
      code: 'sqlite.not-a-database',
      title: 'This is not an SQLite database',
      detail: `${path} is a folder or a device`,
      nextStep: 'Give the path of the database file itself.',
      fate: 'never',
      where: { file: path },
    }),
  sandboxName: (name: string): GodwitError =>
    new GodwitError({
      code: 'sqlite.sandbox-name',
      title: 'This is no name for a sandbox',
      detail: JSON.stringify(name),
      nextStep: 'Use a name that begins with `godwit_` and has only letters, digits and `_` after it.',
      fate: 'never',
    }),
  damagedPage: (path: string, page: number, what: string): GodwitError =>
    new GodwitError({
      ...damaged,
      detail: `page ${page} of ${path} ${what}`,
      where: { file: path },
    }),
  movedOn: (path: string): GodwitError =>
    new GodwitError({
      code: 'sqlite.moved-on',
      title: 'A second reader of the SQLite file does not see what the first one sees',
      detail: `${path} was written to in between`,
      nextStep: 'Nothing: the records are read one by one through the first reader.',
      fate: 'never',
      where: { file: path },
    }),
  newerBookkeeping: (path: string, version: string): GodwitError =>
    new GodwitError({
      code: 'sqlite.newer-bookkeeping',
      title: 'A newer godwit wrote its bookkeeping into this file',
      detail: `${path} has format ${version}`,
      nextStep: 'Use that newer version of godwit, or one of at least its version.',
      fate: 'never',
      where: { file: path },
    }),
  unsealed: (): GodwitError =>
    new GodwitError({
      code: 'sqlite.unsealed',
      title: 'Nothing can be written without a key',
      detail: 'what undo needs is kept encrypted in the target',
      nextStep: 'Set the project’s passphrase (GODWIT_PASSPHRASE).',
      fate: 'never',
    }),
  notWritable: (relation: string, why: string): GodwitError =>
    new GodwitError({
      code: 'sqlite.not-writable',
      title: 'This relation cannot be written',
      detail: why,
      nextStep: 'Map to a table; to fill what a view shows, map to the tables under it.',
      fate: 'never',
      where: { relation },
    }),
  structureChanged: (relation: string, field: string): GodwitError =>
    new GodwitError({
      code: 'sqlite.structure-changed',
      title: 'A field that this slice wrote is no longer there',
      detail: `${relation}.${field}`,
      nextStep: 'Bring the field back, or restore the records from a backup.',
      fate: 'pause',
      where: { relation, field },
    }),
  recordVanished: (relation: string, key: string): GodwitError =>
    new GodwitError({
      code: 'sqlite.record-vanished',
      title: 'A record was gone right after it was written',
      detail: `a trigger on ${relation} moved or removed it`,
      nextStep: 'Drop the trigger for the time of the move, or map to where it puts the records.',
      fate: 'never',
      where: { relation, key },
    }),
  rolledBack: (relation: string, cause: unknown): GodwitError =>
    new GodwitError({
      code: 'sqlite.rolled-back',
      title: 'The database rolled the whole slice back',
      detail: `a trigger or a conflict clause of ${relation} ends the transaction instead of refusing the record`,
      nextStep: 'Replace RAISE(ROLLBACK, ...) by RAISE(ABORT, ...) for the time of the move.',
      fate: 'never',
      where: { relation },
      cause,
    }),
} as const;
