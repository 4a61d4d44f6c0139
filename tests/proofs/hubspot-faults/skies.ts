import type { Skies } from '../weather/draw-script.ts';

/** The account is locked or migrated, or others use calls of its day. */
const orders = [
  { order: 'lock-writes', content: { forMs: 2_000 } },
  { order: 'migrate', content: { forMs: 60_000 } },
  { order: 'use-calls', content: { calls: 2_000 } },
];
/** All tokens of OAuth end. */
const expiry = { order: 'expire-sessions' };

/** Of a move of 2,000 people, their companies and their links. */
const skies: Skies = {
  places: [
    { path: 'contacts/batch/create', calls: 20 },
    { path: 'contacts/batch/read', calls: 40 },
    { path: 'companies/batch/create', calls: 2 },
    { path: 'companies/batch/read', calls: 4 },
    { path: 'associations/contacts/companies/batch', calls: 12 },
    // What is taken back is archived; nothing is on the way there.
    { path: 'batch/archive', calls: 26 },
    { path: '/crm/', calls: 89 },
  ],
  saving: [
    { path: 'objects/contacts/batch/create', calls: 20 },
    { path: 'objects/companies/batch/create', calls: 2 },
  ],
  refusals: [502, 503, 504, 429, 423, 477].map((status) => ({ status })),
  orders,
  holdMs: 200_000,
};

export const skiesOf = (byOauth: boolean): Skies =>
  byOauth ? { ...skies, orders: [...orders, expiry] } : skies;
