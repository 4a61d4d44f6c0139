import type { Capabilities } from '../port.ts';

export const sqliteCapabilities: Capabilities = {
  kind: 'sqlite',
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
    'replica-lag': 'a file has no replicas that it knows of',
    'lock-waits': 'a file does not tell who waits for its lock',
    'log-written': 'a file counts no bytes of its log',
    'log-kept': 'a file holds no log back for anybody',
    'api-calls': 'a file counts no calls: it has no quota to use up',
    'others-at-work': 'a file does not tell who else reads or writes it',
    'lock-holders': 'a file does not tell who holds its lock',
  },
};
