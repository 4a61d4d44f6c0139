import { GodwitError } from '../../model/index.ts';

export function journalUnusable(path: string, why: string, cause?: unknown): GodwitError {
  return new GodwitError({
    code: 'write-journal.unusable',
    title: 'The file that holds what is being written into a target cannot be used',
    detail: `${path}: ${why}`,
    nextStep:
      'Look at the file, its folder and the free space there. Without it nobody knows which records of the target are of which run: restore it, never delete it while a run may go on or be taken back.',
    fate: 'pause',
    cause,
  });
}
