import type { AttemptOutcome, HttpAnswer, HttpCall } from './call.ts';
import type { Sent } from './send-once.ts';
import type { Refusal } from './throttle.ts';

/** What follows from an attempt. */
export type Judgement =
  | { readonly kind: 'done'; readonly answer: HttpAnswer }
  /** May go again. `counted`: against the budget of repeated attempts, for the system suffers. */
  | {
      readonly kind: 'again';
      readonly why: string;
      readonly askedMs: number | null;
      readonly counted: boolean;
    }
  | { readonly kind: 'sign-in'; readonly answer: HttpAnswer }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * Decides what follows. The one rule that matters: what may have been carried out goes again only where the call says that
 * this is harmless.
 */
export function judgeAttempt(sent: Sent, refusal: Refusal | null, call: HttpCall): Judgement {
  if (sent.kind !== 'answered')
    return sent.kind === 'lost'
      ? maybeAgain(sent.why, null, call)
      : { kind: 'again', why: sent.why, askedMs: null, counted: true };
  const { answer } = sent;
  if (answer.status === 401) return { kind: 'sign-in', answer };
  const wrong = wrongType(answer, call);
  if (refusal === null) return wrong === null ? { kind: 'done', answer } : maybeAgain(wrong, null, call);
  const why = `status ${answer.status}`;
  if (refusal.kind === 'throttled') return { kind: 'again', why, askedMs: refusal.waitMs, counted: false };
  if (refusal.carriedOut === 'no') return { kind: 'again', why, askedMs: refusal.waitMs, counted: true };
  return maybeAgain(why, refusal.waitMs, call);
}

function maybeAgain(why: string, askedMs: number | null, { repeat }: HttpCall): Judgement {
  return repeat === 'once' ? { kind: 'unknown', why } : { kind: 'again', why, askedMs, counted: true };
}

/** A page of a proxy with status 200 is no answer of the system. */
function wrongType({ status, headers }: HttpAnswer, { accepts }: HttpCall): string | null {
  if (accepts === undefined || status < 200 || status > 299 || status === 204) return null;
  const type = headers['content-type'] ?? '';
  if (type.toLowerCase().startsWith(accepts)) return null;
  // What a server wrote there is shown only as far as it looks like a content type.
  return `it answered with ${/^[a-z]+\/[a-z0-9.+-]+/i.exec(type)?.[0] ?? 'no content type'} where ${accepts} was asked for`;
}

export function outcomeOf(sent: Sent, { kind }: Judgement, refusal: Refusal | null): AttemptOutcome {
  if (sent.kind !== 'answered') return sent.kind;
  if (kind === 'sign-in') return 'signed-out';
  if (refusal !== null) return refusal.kind === 'throttled' ? 'throttled' : 'failed';
  return kind === 'done' ? 'answered' : 'failed';
}
