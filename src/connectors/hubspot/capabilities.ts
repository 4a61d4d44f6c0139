import type { Capabilities } from '../port.ts';

const readOnly =
  'records are only read from HubSpot so far: nothing of it is written, and so nothing to take back';
const tellsNothing = 'an account shows nothing of its servers: neither replicas, nor locks, nor a log';

export const hubspotCapabilities: Capabilities = {
  kind: 'hubspot',
  abilities: {
    inspect: true,
    read: true,
    'consistent-snapshot':
      'the API shows every call what is there now: what others change meanwhile is seen, and is found by its last change',
    write: readOnly,
    'transactional-slices': readOnly,
    upsert: readOnly,
    update: readOnly,
    'assigns-ids': readOnly,
    constraints:
      'it refuses doubles in unique properties and values that are no option; references are links of their own, and rules of admins it does not tell',
    undo: readOnly,
    'create-relations':
      'objects and properties are made by an admin of the account, not by a move of records',
    sandbox:
      'an account makes no account beside itself: rehearse on a practice HubSpot or in a sandbox of the vendor',
    'replica-lag': tellsNothing,
    'lock-waits': tellsNothing,
    'log-written': tellsNothing,
    'log-kept': tellsNothing,
    'api-calls': true,
  },
};
