import type { Capabilities } from '../port.ts';

export const mysqlCapabilities: Capabilities = {
  kind: 'mysql',
  abilities: {
    inspect: true,
    read: true,
    'consistent-snapshot': true,
    write: true,
    'transactional-slices': true,
    upsert: true,
    update: true,
    'assigns-ids': true,
    constraints: true,
    undo: true,
    'create-relations': true,
    sandbox: true,
    'replica-lag': true,
    'lock-waits': true,
    'log-written': true,
    'log-kept': true,
    'api-calls': 'a database counts no calls: it has no quota to use up',
    'others-at-work': true,
    'lock-holders': true,
  },
};
