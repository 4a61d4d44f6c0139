import { GodwitError } from '../model/index.ts';

/** Codes of the operating system and of SQLite's files that speak of the machine, not of a mistake in godwit. */
const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const notAllowed = new Set(['EROFS', 'EACCES', 'EPERM']);
const sqliteCodes: ReadonlyMap<number, 'room' | 'right' | 'disk'> = new Map([
  [8, 'right'],
  [10, 'disk'],
  [13, 'room'],
  [14, 'right'],
]);

const advice = {
  room: ['The disk is full', 'Make room on the disk of the project folder'],
  right: ['The project folder may not be written', 'Give this user write permission in the project folder'],
  disk: ['The disk failed', 'Look at the disk and the system log'],
} as const;

/** What the machine refused, in words; null when the error is something else. Nothing that was committed is lost by it. */
export function machineFault(error: unknown): GodwitError | null {
  const kind = kindOf(error);
  if (kind === null) return null;
  const [title, nextStep] = advice[kind];
  return new GodwitError({
    code: 'cli.machine-refused',
    title,
    detail: error instanceof Error ? error.message : String(error),
    nextStep: `${nextStep}, then run the same command again: it goes on behind what was committed.`,
    fate: 'later',
    cause: error,
  });
}

function kindOf(error: unknown): keyof typeof advice | null {
  if (!(error instanceof Error)) return null;
  if ('errcode' in error && typeof error.errcode === 'number')
    return sqliteCodes.get(error.errcode & 0xff) ?? null;
  const code = 'code' in error ? String(error.code) : '';
  if (noRoom.has(code)) return 'room';
  return notAllowed.has(code) ? 'right' : null;
}
