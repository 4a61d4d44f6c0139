import type { Clock } from '../../host/index.ts';
import { isGodwitError } from '../../model/index.ts';
import type { HttpAnswer, HttpCall } from './call.ts';
import { answerTooLarge, certificateRefused } from './faults.ts';
import type { Wire } from './wire.ts';
import { readFailure, TimeOver } from './wire-failure.ts';

/** How long parts of an attempt may take, in the machine's milliseconds. */
export interface TimeLimits {
  /** Until the head of the answer is there. */
  readonly answerMs: number;
  /** Between two parts of its body. */
  readonly idleMs: number;
  /** From sending to the last byte. */
  readonly wholeMs: number;
}

export interface SendOptions {
  readonly wire: Wire;
  /** The machine's own clock: a network knows no other. */
  readonly machine: Clock;
  readonly limits: TimeLimits;
  readonly bytesMax: number;
  /** For messages: what is called and where, nothing of what is sent. */
  readonly place: string;
  readonly signal: AbortSignal;
}

export interface Request {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: HttpCall['body'];
}

export type Sent =
  | { readonly kind: 'answered'; readonly answer: HttpAnswer }
  | { readonly kind: 'never-sent' | 'lost'; readonly why: string };

/**
 * Makes one attempt. Redirects are not followed. A body is there whole or the answer is lost: its length is held against
 * what the head promised, after that the caller's own reading of it decides.
 *
 * Throws `http.certificate-refused`, `http.answer-too-large`, and the signal's reason.
 */
export async function sendOnce(request: Request, options: SendOptions): Promise<Sent> {
  const { machine, limits, signal } = options;
  const cut = new AbortController();
  const stop = (): void => cut.abort(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const whole = exchange(request, options, cut);
    return {
      kind: 'answered',
      answer: await within(whole, limits.wholeMs, 'it took too long', { machine, cut }),
    };
  } catch (error) {
    signal.throwIfAborted();
    if (isGodwitError(error)) throw error;
    const { kind, why } = readFailure(cut.signal.aborted ? cut.signal.reason : error);
    if (kind === 'certificate') throw certificateRefused(options.place, why);
    return { kind, why };
  } finally {
    signal.removeEventListener('abort', stop);
    // Whatever of the answer was not read is not waited for.
    cut.abort();
  }
}

interface Watch {
  readonly machine: Clock;
  readonly cut: AbortController;
}

/** Cuts the attempt off when the work takes longer; the work then rejects by itself. */
async function within<Result>(
  work: Promise<Result>,
  mostMs: number,
  why: string,
  watch: Watch,
): Promise<Result> {
  const done = new AbortController();
  watch.machine.sleep(mostMs, done.signal).then(
    () => watch.cut.abort(new TimeOver(why)),
    () => undefined,
  );
  try {
    return await work;
  } finally {
    done.abort();
  }
}

async function exchange(
  { url, method, headers, body }: Request,
  { wire, machine, limits, bytesMax, place }: SendOptions,
  cut: AbortController,
): Promise<HttpAnswer> {
  const sent = wire.send(url, {
    method,
    headers,
    redirect: 'manual',
    signal: cut.signal,
    ...bodyOf(body),
  });
  const watch = { machine, cut };
  const response = await within(sent, limits.answerMs, 'no answer in time', watch);
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const read = reader && (await within(reader.read(), limits.idleMs, 'its body stood still', watch));
    if (read === undefined || read.done) break;
    const part = read.value as Uint8Array;
    length += part.length;
    if (length > bytesMax) throw answerTooLarge(place, bytesMax);
    parts.push(part);
  }
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.concat(parts),
  };
}

function bodyOf(body: Request['body']): RequestInit {
  if (body === undefined) return {};
  if (typeof body !== 'function') return { body };
  return { body: ReadableStream.from(body()), duplex: 'half' } as unknown as RequestInit;
}
