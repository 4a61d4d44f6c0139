import type { Quota, QuotaBook } from '../../../model/index.ts';
import type { CallLimit } from '../../port.ts';

/** What of a quota is ours: by the share that was set, and by what others were seen to use. */
export interface OurCalls {
  /** In each window, should others go on as they do now; less than a hundredth of it is no use of others, but a call of ours that was not counted. */
  readonly calls: number;
  /** Of these, what can be used now. */
  readonly left: number;
  /** What there is for all. */
  readonly of: number;
}

export async function ourCalls(
  book: Pick<QuotaBook, 'use'>,
  { share = 1, ...whole }: Quota,
): Promise<OurCalls> {
  const { limit: of, used, foreign } = await book.use(whole);
  const beside = (others: number): number => Math.floor(Math.min(of * share, of - others));
  const calls = Math.max(1, beside(foreign * 100 < of ? 0 : foreign));
  return { calls, left: Math.max(0, beside(foreign) - used), of };
}

/** As a limit of calls that a plan reckons with. */
export const limitOf = (
  named: Pick<CallLimit, 'name' | 'everyMs'>,
  { calls, left, of }: OurCalls,
): CallLimit => ({ ...named, calls, ...(of > calls ? { of } : {}), left });
