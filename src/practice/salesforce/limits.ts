import { jsonAnswer } from '../practice-message.ts';
import type { ApiAllowance } from './api-allowance.ts';
import type { Route } from './router.ts';

export const dailyBulkBatches = 15_000;
export const dailyQueryJobs = 10_000;
const dailyQueryMb = 976_562;

/** What the bulk jobs of the last 24 hours used. */
export interface BulkUse {
  readonly queryJobs: number;
  readonly batches: number;
}

/** `GET limits`: what an org may use and what is left, by the vendor's names. */
export function limitsRoute(allowance: ApiAllowance, bulk: (nowMs: number) => BulkUse): Route {
  return {
    method: 'GET',
    path: 'limits',
    answer: ({ request: { nowMs } }) => {
      const left = (most: number, used: number): unknown => ({
        Max: most,
        Remaining: Math.max(most - used, 0),
      });
      return jsonAnswer(200, {
        DailyApiRequests: left(allowance.most, allowance.used(nowMs)),
        DailyBulkApiBatches: left(dailyBulkBatches, bulk(nowMs).batches),
        DailyBulkV2QueryJobs: left(dailyQueryJobs, bulk(nowMs).queryJobs),
        DailyBulkV2QueryFileStorageMB: left(dailyQueryMb, 0),
      });
    },
  };
}
