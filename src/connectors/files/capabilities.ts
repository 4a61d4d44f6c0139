import type { Capabilities } from '../port.ts';

const appendOnly =
  'a file is only added to: changing a record in its middle would mean writing the whole file anew';

const tellsNothing =
  'a folder of files tells nothing of itself: it has no server, no log, no locks, no quota';

export function filesCapabilities(kind: 'csv' | 'jsonl'): Capabilities {
  return {
    kind,
    abilities: {
      inspect: true,
      read: true,
      'consistent-snapshot':
        'nobody can freeze a file: when one is changed while it is read, the read stops with an error that names it',
      write: true,
      'transactional-slices': true,
      upsert: appendOnly,
      update: appendOnly,
      'assigns-ids': 'a file has nobody who gives ids: what is written is what is there',
      constraints:
        'a file checks nothing: keys, references and required values are checked before and audited after',
      undo: true,
      'create-relations': true,
      sandbox: true,
      'replica-lag': tellsNothing,
      'lock-waits': tellsNothing,
      'log-written': tellsNothing,
      'log-kept': tellsNothing,
      'api-calls': tellsNothing,
      'others-at-work': tellsNothing,
      'lock-holders': tellsNothing,
    },
  };
}
