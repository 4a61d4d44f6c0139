import type { Capabilities } from '../port.ts';

const tellsNothing = 'an org shows nothing of its servers: neither replicas, nor locks, nor a log';

export const salesforceCapabilities: Capabilities = {
  kind: 'salesforce',
  abilities: {
    inspect: true,
    read: true,
    'consistent-snapshot':
      'the API shows every call what is there now: what others change meanwhile is seen, and is found by its SystemModstamp',
    write: true,
    'transactional-slices':
      'calls hold at most 200 records and nothing binds several: what is announced before its call is finished, or taken back, record by record',
    upsert: true,
    update: true,
    'assigns-ids':
      'an org gives every record its id and takes none that was chosen; the ids it gave are kept for lookups all the same',
    constraints:
      'it refuses doubles in unique fields, missing values and dangling references; its validation rules and triggers it does not tell',
    undo: true,
    'create-relations': 'objects and fields are made by an admin of the org, not through the records API',
    sandbox:
      'an org makes no org beside itself: rehearse on a practice Salesforce or in a sandbox of the vendor',
    'replica-lag': tellsNothing,
    'lock-waits': tellsNothing,
    'log-written': tellsNothing,
    'log-kept': tellsNothing,
    'others-at-work': tellsNothing,
    'lock-holders': tellsNothing,
    'api-calls': true,
  },
};
