import type { Capabilities } from '../port.ts';

const readOnly =
  'records are only read from Salesforce so far: nothing of it is written, and so nothing to take back';
const tellsNothing = 'an org shows nothing of its servers: neither replicas, nor locks, nor a log';

export const salesforceCapabilities: Capabilities = {
  kind: 'salesforce',
  abilities: {
    inspect: true,
    read: true,
    'consistent-snapshot':
      'the API shows every call what is there now: what others change meanwhile is seen, and is found by its SystemModstamp',
    write: readOnly,
    'transactional-slices': readOnly,
    upsert: readOnly,
    update: readOnly,
    'assigns-ids': readOnly,
    constraints:
      'it refuses doubles in unique fields, missing values and dangling references; its validation rules and triggers it does not tell',
    undo: readOnly,
    'create-relations': 'objects and fields are made by an admin of the org, not through the records API',
    sandbox:
      'an org makes no org beside itself: rehearse on a practice Salesforce or in a sandbox of the vendor',
    'replica-lag': tellsNothing,
    'lock-waits': tellsNothing,
    'log-written': tellsNothing,
    'log-kept': tellsNothing,
    'api-calls': true,
  },
};
