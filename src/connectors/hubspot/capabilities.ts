import type { Capabilities } from '../port.ts';

const tellsNothing = 'an account shows nothing of its servers: neither replicas, nor locks, nor a log';

export const hubspotCapabilities: Capabilities = {
  kind: 'hubspot',
  abilities: {
    inspect: true,
    read: true,
    'consistent-snapshot':
      'the API shows every call what is there now: what others change meanwhile is seen, and is found by its last change',
    write: true,
    'transactional-slices':
      'an account has no transactions: records go one by one, each announced before; a slice that ended early is taken up again, or taken back',
    upsert: true,
    update: true,
    'assigns-ids':
      'an account gives each record an id of its own beside what is written, and that one is captured; it has no field that is written for some and filled for others',
    constraints:
      'it refuses doubles in unique properties and values that are no option; references are links of their own, and rules of admins it does not tell',
    undo: true,
    'create-relations':
      'objects and properties are made by an admin of the account, not by a move of records',
    sandbox:
      'an account makes no account beside itself: rehearse on a practice HubSpot or in a sandbox of the vendor',
    'replica-lag': tellsNothing,
    'lock-waits': tellsNothing,
    'log-written': tellsNothing,
    'log-kept': tellsNothing,
    'others-at-work': tellsNothing,
    'lock-holders': tellsNothing,
    'api-calls': true,
  },
};
