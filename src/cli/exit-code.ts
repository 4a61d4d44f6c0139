import { isGodwitError } from '../model/index.ts';

/** What a shell sees; documented in docs/reference/exit-codes.md. */
export const exitCode = {
  done: 0,
  /** The command worked and what it looked at is not as it should be: findings that block, audit differences, failed checks. */
  found: 1,
  /** What was given is wrong: a flag, a file, a login. The same command will fail again. */
  wrong: 2,
  /** A system was away or busy. The same command may work later. */
  later: 3,
  /** A person has to decide before it goes on. */
  person: 4,
  /** A defect in godwit itself. */
  defect: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

export function exitCodeOf(error: unknown): ExitCode {
  if (isGodwitError(error))
    return { never: exitCode.wrong, later: exitCode.later, pause: exitCode.person }[error.fate];
  return isAbort(error) ? exitCode.interrupted : exitCode.defect;
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
