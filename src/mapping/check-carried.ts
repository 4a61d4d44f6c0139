import type { Finding } from '../model/index.ts';
import type { LeftOut } from './carried-structure.ts';
import type { CheckedObject } from './checked-object.ts';
import { mappingFinding } from './mapping-finding.ts';

/** Whatever of the source's structure does not come into a relation that is created is told, piece by piece. */
export function checkCarried(checked: readonly CheckedObject[]): readonly Finding[] {
  return checked.flatMap((one) => [...leftOut(one), ...unproven(one)]);
}

function leftOut({ object, creation }: CheckedObject): readonly Finding[] {
  return (creation?.left ?? []).map(({ kind, name, why, known }) =>
    mappingFinding(object, {
      code: 'mapping.structure-left',
      severity: known ? 'note' : 'warn',
      title: `${words[kind]} ${name} of ${object.source} does not come along`,
      detail: `${object.target} is created without it: ${why}`,
      fix: 'Create it in the target yourself after the run, or change the mapping so that its fields are copied as they are.',
      where: { system: 'source', relation: object.source, field: name },
    }),
  );
}

/** The target holds them against every record that comes, as the source does with new ones only. */
function unproven({ object, relations, creation }: CheckedObject): readonly Finding[] {
  if (!relations || !creation?.carried) return [];
  const { foreignKeys, checks } = relations.target;
  return [...foreignKeys, ...checks]
    .filter((one) => one.unproven && !('unenforced' in one))
    .map(({ name }) =>
      mappingFinding(object, {
        code: 'mapping.constraint-unproven',
        severity: 'warn',
        title: `${name} of ${object.source} was never held against its old records`,
        detail: `it is NOT VALID in the source and stays so in the target, which refuses records that break it: they go into quarantine`,
        fix: 'Validate it in the source and mend what breaks it, or drop it there, before the run.',
        where: { system: 'source', relation: object.source, field: name },
      }),
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
