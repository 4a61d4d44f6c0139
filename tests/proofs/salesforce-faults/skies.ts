import type { Skies } from '../weather/draw-script.ts';

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
/** Everybody is signed out, or calls are used up. */
const orders = [{ order: 'expire-sessions' }, { order: 'use-calls', content: { calls: 20 } }];
const vendor = { refusals, orders, holdMs: 700_000 };
/** What is taken back is deleted by these; none is on the way there. */
const deleting = { method: 'DELETE', path: 'composite/sobjects', calls: 11 };

/** Of a move whose contacts go in collections of 200. */
const inCollections: Skies = {
  ...vendor,
  places: [
    { path: 'composite/sobjects/Account', calls: 2 },
    { path: 'composite/sobjects/Contact', calls: 16 },
    { path: 'composite/sobjects', calls: 18 },
    { path: 'query', calls: 6 },
    { path: '/services/data', calls: 34 },
  ],
  saving: [{ method: 'PATCH', path: 'composite/sobjects/', calls: 13 }, deleting],
};

/** Of one whose contacts go by a bulk job. */
const inBulkJobs: Skies = {
  ...vendor,
  places: [
    { path: 'composite/sobjects', calls: 3 },
    { path: 'query', calls: 5 },
    { path: '/services/data', calls: 21 },
    { path: 'jobs/ingest', calls: 9 },
    { path: 'jobs/ingest/', calls: 8 },
  ],
  saving: [
    { method: 'PATCH', path: 'jobs/ingest/', calls: 1 },
    { method: 'PATCH', path: 'composite/sobjects/', calls: 1 },
    deleting,
  ],
};

export const skiesOf = (inBulk: boolean): Skies => (inBulk ? inBulkJobs : inCollections);
