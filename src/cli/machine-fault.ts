import { GodwitError, type GodwitErrorContent } from '../model/index.ts';

/** Codes of the operating system and of SQLite's files that speak of the machine or its files, not of a mistake in godwit. */
const systemCodes: ReadonlyMap<string, Kind> = new Map([
  ['ENOSPC', 'room'],
  ['EDQUOT', 'room'],
  ['EFBIG', 'room'],
  ['EROFS', 'right'],
  ['EACCES', 'right'],
  ['EPERM', 'right'],
  ['EIO', 'disk'],
  ['EMFILE', 'crowd'],
  ['ENFILE', 'crowd'],
  ['ENOENT', 'gone'],
  ['ENOTDIR', 'odd'],
  ['EISDIR', 'odd'],
  ['EEXIST', 'odd'],
  ['ELOOP', 'odd'],
  ['ENAMETOOLONG', 'odd'],
]);
const sqliteCodes: ReadonlyMap<number, Kind> = new Map([
  [8, 'right'],
  [10, 'disk'],
  [11, 'damaged'],
  [13, 'room'],
  [14, 'right'],
  [26, 'damaged'],
]);

type Kind = keyof typeof advice;
type Advice = Pick<GodwitErrorContent, 'code' | 'title' | 'nextStep' | 'fate'>;

const advice = {
  room: machine('The disk is full', 'Make room on the disk of the project folder'),
  right: machine(
    'The project folder may not be written',
    'Give this user write permission in the project folder',
  ),
  disk: machine('The disk failed', 'Look at the disk and the system log'),
  crowd: machine(
    'This machine has too many files open',
    'Close other programs or raise the limit (ulimit -n)',
  ),
  gone: file(
    'A file or folder is not there',
    'Look whether it was moved, deleted or named wrongly; name the right one or bring it back',
  ),
  odd: file('A file stands where a folder should be, or the other way round', 'Name another one, or move it'),
  damaged: file('A file that godwit keeps was damaged', 'Bring .godwit/ back from a backup'),
  nowhere: file('The folder this was started in was deleted', 'Change into a folder that exists'),
} as const;

function machine(title: string, nextStep: string): Advice {
  return {
    code: 'cli.machine-refused',
    title,
    nextStep: `${nextStep}, then run the same command again: it goes on behind what was committed.`,
    fate: 'later',
  };
}

function file(title: string, nextStep: string): Advice {
  return {
    code: 'cli.file-unusable',
    title,
    nextStep: `${nextStep}, then run the same command again; what was committed before is whole.`,
    fate: 'never',
  };
}

/** What the machine refused, in words; null when the error is something else. Nothing that was committed is lost by it. */
export function machineFault(error: unknown): GodwitError | null {
  if (!(error instanceof Error)) return null;
  const kind = kindOf(error);
  if (kind === undefined) return null;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : undefined;
  return new GodwitError({
    ...advice[kind],
    detail: error.message,
    ...(path === undefined ? {} : { where: { file: path } }),
    cause: error,
  });
}

function kindOf(error: Error): Kind | undefined {
  if ('syscall' in error && error.syscall === 'uv_cwd') return 'nowhere';
  if ('errcode' in error && typeof error.errcode === 'number') return sqliteCodes.get(error.errcode & 0xff);
  return 'code' in error ? systemCodes.get(String(error.code)) : undefined;
}
