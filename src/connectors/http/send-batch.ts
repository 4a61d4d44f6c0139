import type { AdaptiveLimit } from './adaptive-limit.ts';

/** What a system said to a batch. */
export type BatchVerdict<Answer> =
  /** One answer for each record, in their order. */
  | { readonly kind: 'taken'; readonly answers: readonly Answer[] }
  /** Nothing was taken: the batch has too many records or bytes. */
  | { readonly kind: 'too-large' }
  /** Nothing was taken, because of at least one record; `at` where the system says which. */
  | { readonly kind: 'refused'; readonly reason: string; readonly at?: number }
  /** Nobody knows what was taken. */
  | { readonly kind: 'unknown'; readonly why: string };

export type RecordOutcome<Sent, Answer> =
  | { readonly kind: 'taken'; readonly record: Sent; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly record: Sent; readonly reason: string }
  | { readonly kind: 'unknown'; readonly record: Sent; readonly why: string };

export interface BatchOptions<Sent, Answer> {
  /** How many records go together; learns what the system bears. Shared by all batches of one kind. */
  readonly size: AdaptiveLimit;
  /** How large a record is in the payload, in bytes; batches then hold at most `bytesMax`. */
  readonly bytesOf?: (record: Sent) => number;
  readonly bytesMax?: number;
  send(records: readonly Sent[]): Promise<BatchVerdict<Answer>>;
}

/**
 * Sends records in batches, and finds those that cannot go: a batch that is too large or refused is halved until the bad
 * record stands alone; all others go on. A record is sent again only after its batch was refused whole.
 *
 * @returns one outcome for each record, in their order
 */
export async function sendBatch<Sent, Answer>(
  records: readonly Sent[],
  options: BatchOptions<Sent, Answer>,
): Promise<readonly RecordOutcome<Sent, Answer>[]> {
  const { size } = options;
  const outcomes: RecordOutcome<Sent, Answer>[] = [];
  const waiting: (readonly Sent[])[] = [records];
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    if (part.length === 0) continue;
    const most = fitting(part, options);
    if (part.length > most) {
      waiting.unshift(part.slice(0, most), part.slice(most));
      continue;
    }
    const full = part.length >= size.limit;
    const verdict = await options.send(part);
    if (verdict.kind === 'taken' && full) size.grow(part.length);
    if (verdict.kind === 'too-large') size.capAt(Math.max(1, Math.floor(part.length / 2)));
    const smaller = cutUp(part, verdict);
    if (smaller !== null) waiting.unshift(...smaller);
    else outcomes.push(...outcomesOf(part, verdict));
  }
  return outcomes;
}

/** How many of the first records go into one batch; at least one, however large it is. */
function fitting<Sent, Answer>(part: readonly Sent[], options: BatchOptions<Sent, Answer>): number {
  const { size, bytesOf, bytesMax } = options;
  if (bytesOf === undefined || bytesMax === undefined) return size.limit;
  let bytes = 0;
  const over = part.slice(0, size.limit).findIndex((record) => (bytes += bytesOf(record)) > bytesMax);
  return over < 0 ? size.limit : Math.max(1, over);
}

/** The parts in which a batch goes again; null where what was said is final. */
function cutUp<Sent>(
  part: readonly Sent[],
  verdict: BatchVerdict<unknown>,
): readonly (readonly Sent[])[] | null {
  if (part.length === 1 || verdict.kind === 'taken' || verdict.kind === 'unknown') return null;
  const at = verdict.kind === 'refused' ? verdict.at : undefined;
  if (at !== undefined && at >= 0 && at < part.length)
    return [part.slice(0, at), part.slice(at, at + 1), part.slice(at + 1)];
  const middle = Math.ceil(part.length / 2);
  return [part.slice(0, middle), part.slice(middle)];
}

function outcomesOf<Sent, Answer>(
  part: readonly Sent[],
  verdict: BatchVerdict<Answer>,
): readonly RecordOutcome<Sent, Answer>[] {
  switch (verdict.kind) {
    case 'taken':
      // Answers that cannot be told apart are no answers.
      if (verdict.answers.length !== part.length)
        return outcomesOf(part, {
          kind: 'unknown',
          why: `${verdict.answers.length} answers to ${part.length} records`,
        });
      return part.map((record, at) => ({ kind: 'taken', record, answer: verdict.answers[at] as Answer }));
    case 'unknown':
      return part.map((record) => ({ kind: 'unknown', record, why: verdict.why }));
    case 'refused':
      return part.map((record) => ({ kind: 'refused', record, reason: verdict.reason }));
    case 'too-large':
      return part.map((record) => ({ kind: 'refused', record, reason: 'the record alone is too large' }));
  }
}
