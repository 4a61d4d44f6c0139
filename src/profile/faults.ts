import { GodwitError } from '../model/index.ts';

/** The temporary file for keys could not be written or read. */
export function spillFailed(folder: string, cause: unknown): GodwitError {
  return new GodwitError({
    code: 'profile.spill-failed',
    title: 'The temporary file that profiling needs could not be used',
    detail: `${folder}: ${cause instanceof Error ? cause.message : 'unknown failure'}`,
    nextStep:
      'Free some space for temporary files (about as much as the key columns take), or set TMPDIR to a folder with more.',
    fate: 'later',
    where: { path: folder },
    cause,
  });
}
