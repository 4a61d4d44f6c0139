import { seededDraw } from '../../../src/practice/seeded-draw.ts';

/** A fault of a script, as `godwit practice salesforce --faults` takes it. */
export type DrawnFault = Readonly<Record<string, unknown>> & { readonly kind: string };

const kinds = [
  'timeout-after-accepting',
  'reset-before',
  'reset-in-body',
  'carried-out-twice',
  'answered-twice',
  'late-answer',
  'slow-body',
  'refuse',
  'records-fail',
  'records-lost',
  'order',
] as const;
const paths = [
  'composite/sobjects/Account',
  'composite/sobjects/Contact',
  'composite/sobjects',
  'query',
  '/services/data',
];
const savingPath = 'composite/sobjects/';
const bulkPaths = ['jobs/ingest', 'jobs/ingest/'];
const refusals = [
  { status: 500, body: '[{"message":"An unexpected error occurred","errorCode":"UNKNOWN_EXCEPTION"}]' },
  { status: 502 },
  { status: 503 },
  { status: 420 },
  { status: 406 },
  {
    status: 403,
    body: '[{"message":"ConcurrentPerOrgLongTxn Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]',
  },
];
/** What others do meanwhile: everybody is signed out, or calls are used up. */
const orders = [{ order: 'expire-sessions' }, { order: 'use-calls', content: { calls: 20 } }];

/** Five to nine faults: which, of which calls, from when on and how often, all drawn from the seed. @param inBulk also of bulk jobs */
export function drawFaults(seed: number, inBulk: boolean): readonly DrawnFault[] {
  const count = 5 + Math.floor(seededDraw(seed, 0) * 5);
  return Array.from({ length: count }, (_none, at) =>
    drawFault((place) => seededDraw(seed, 1, at, place), inBulk),
  );
}

function drawFault(draw: (place: number) => number, inBulk: boolean): DrawnFault {
  const one = <Item>(of: readonly Item[], place: number): Item =>
    of[Math.floor(draw(place) * of.length)] as Item;
  const upTo = (most: number, place: number): number => 1 + Math.floor(draw(place) * most);
  const kind = one(kinds, 0);
  const ofRecords = kind === 'records-fail' || kind === 'records-lost';
  return {
    kind,
    path: one(inBulk ? [...(ofRecords ? [] : paths), ...bulkPaths] : ofRecords ? [savingPath] : paths, 1),
    from: upTo(12, 2),
    every: 1 + upTo(6, 3),
    length: upTo(3, 4),
    times: upTo(10, 5),
    ...rest(kind, { one, draw }),
  };
}

interface Drawing {
  readonly one: <Item>(of: readonly Item[], place: number) => Item;
  readonly draw: (place: number) => number;
}

function rest(kind: (typeof kinds)[number], { one, draw }: Drawing): object {
  switch (kind) {
    case 'refuse':
      return one(refusals, 6);
    case 'order':
      return one(orders, 6);
    case 'records-fail':
    case 'records-lost':
      return { records: 0.01 + draw(6) * 0.2 };
    case 'timeout-after-accepting':
      // Longer than anybody waits for an answer here.
      return { holdMs: 700_000 };
    case 'late-answer':
      return { holdMs: 30_000 };
    default:
      return {};
  }
}
