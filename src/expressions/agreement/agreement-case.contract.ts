import type { TypeName } from '../registry.ts';

/** One expression over fields `p1`, `p2`, ... with the texts of their values. */
export interface AgreementCase {
  /** What is being proven: `lpad(text, int4)`. */
  readonly subject: string;
  readonly expression: string;
  readonly fields: readonly { readonly type: TypeName; readonly value: string | null }[];
}

/** What became of it on one side. */
export type Answer =
  | { readonly kind: 'value'; readonly type: string; readonly text: string | null }
  /** SQLSTATE codes it stands for; here one code may stand for several. */
  | { readonly kind: 'error'; readonly states: readonly string[]; readonly message: string }
  /** Outside the declared subset: refused here on purpose, whatever PostgreSQL says. */
  | { readonly kind: 'refused'; readonly message: string };

export function agrees(here: Answer, there: Answer): boolean {
  if (here.kind === 'value' && there.kind === 'value')
    return here.type === there.type && here.text === there.text;
  if (here.kind === 'error' && there.kind === 'error')
    return there.states.some((state) => here.states.includes(state));
  return false;
}

/**
 * Whether it was refused here on purpose: what the language leaves out, what the versions disagree about (such errors stand
 * for no code of PostgreSQL), and `value.not-supported` unless PostgreSQL does not support it either.
 */
export function isRefused(here: Answer, theirs: readonly Answer[]): boolean {
  // How large a pattern may grow is a limit of each engine.
  if (theirs.every((there) => there.kind === 'error' && there.message.includes('too complex'))) return true;
  if (here.kind !== 'error') return here.kind === 'refused';
  if (here.states.length === 0) return true;
  return here.states.join() === '0A000' && !theirs.some((there) => agrees(here, there));
}

export function describeAnswer(answer: Answer): string {
  if (answer.kind === 'value') return `${answer.type} ${JSON.stringify(answer.text)}`;
  return answer.kind === 'error'
    ? `error ${answer.states.join('/')} (${answer.message})`
    : `refused (${answer.message})`;
}
