import { jsonAnswer } from '../practice-message.ts';
import type { Org } from './org.ts';
import { refusal } from './refusal.ts';
import type { ApiCall, Route } from './router.ts';
import type { Asking } from './run-query.ts';

const pageMost = 2_000;
const pageLeast = 200;

/** `query`, `queryAll`, and the pages behind them. */
export function queryRoutes({ queries }: Org): readonly Route[] {
  return [false, true].flatMap((deletedToo): Route[] => {
    const path = deletedToo ? 'queryAll' : 'query';
    return [
      {
        method: 'GET',
        path,
        query: ['q'],
        answer: (call) => {
          const soql = call.request.query.get('q');
          if (soql === null) throw refusal(400, 'MALFORMED_QUERY', 'A query string has to be specified');
          return jsonAnswer(200, queries.query(soql, asking(call, deletedToo)));
        },
      },
      {
        method: 'GET',
        path: `${path}/{locator}`,
        answer: (call) => jsonAnswer(200, queries.more(call.place('locator'), asking(call, deletedToo))),
      },
    ];
  });
}

function asking({ request: { nowMs, headers }, version }: ApiCall, deletedToo: boolean): Asking {
  const asked = Number(/batchSize\s*=\s*(\d+)/i.exec(headers['sforce-query-options'] ?? '')?.[1] ?? pageMost);
  return { nowMs, version, deletedToo, page: Math.min(Math.max(asked, pageLeast), pageMost) };
}
