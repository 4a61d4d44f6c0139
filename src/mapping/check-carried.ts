import type { Finding } from '../model/index.ts';
import type { LeftOut } from './carried-structure.ts';
import type { CheckedObject } from './checked-object.ts';
import { mappingFinding } from './mapping-finding.ts';

/** Whatever of the source's structure does not come into a relation that is created is told, piece by piece. */
export function checkCarried(checked: readonly CheckedObject[]): readonly Finding[] {
  return checked.flatMap(({ object, creation }) =>
    (creation?.left ?? []).map(({ kind, name, why }) =>
      mappingFinding(object, {
        code: 'mapping.structure-left',
        // What another kind of system does not take over is known; what the same kind could have, is a surprise.
        severity: creation?.carried ? 'warn' : 'note',
        title: `${words[kind]} ${name} of ${object.source} does not come along`,
        detail: `${object.target} is created without it: ${why}`,
        fix: 'Create it in the target yourself after the run, or change the mapping so that its fields are copied as they are.',
        where: { system: 'source', relation: object.source, field: name },
      }),
    ),
  );
}

const words: Readonly<Record<LeftOut['kind'], string>> = {
  key: 'The key',
  'foreign-key': 'The foreign key',
  index: 'The index',
  check: 'The check',
  default: 'The default',
  'computed-field': 'The computed field',
  partition: 'The partitioning',
  numbering: 'The numbering',
  collation: 'The collation',
  comment: 'The comment',
};
