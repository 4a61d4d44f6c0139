/**
 * The places where a run is killed on purpose by the tests that prove "resume equals run". Each stands between two effects
 * that cannot be one: read and write, quarantine and commit, commit and ledger, one undone slice and the next.
 */
export const crashPoints = [
  'before-plan-saved',
  'after-plan-saved',
  'between-read-and-write',
  'between-quarantine-and-commit',
  'between-checkpoint-and-ledger',
  'after-ledger',
  'between-slices-and-step',
  'before-undo-slice',
  'after-undo-slice',
  'between-replay-and-mark',
  'after-completion',
] as const;

export type CrashPoint = (typeof crashPoints)[number];

/** Called at every crash point; in production it does nothing. */
export type CrashHook = (point: CrashPoint) => void;

export const noCrash: CrashHook = () => undefined;
