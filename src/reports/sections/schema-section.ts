import type { Relation, Schema } from '../../model/index.ts';
import { counted, type Section } from '../document.ts';

/** What a system holds: relations with sizes, and everything else that was found, by kind. */
export function schemaSection(role: 'source' | 'target', schema: Schema): Section {
  const kinds = new Map<string, number>();
  // How a table is cut is listed with its parts, and is none.
  for (const { kind, name, relation } of schema.objects)
    if (kind !== 'partition' || name !== relation) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const others = [...kinds].map(([kind, count]) => counted(count, kind, plurals[kind])).join(', ');
  return {
    id: `schema-${role}`,
    title: `${role === 'source' ? 'Source' : 'Target'}: ${schema.kind} ${schema.version}${schema.namespace === null ? '' : `, ${schema.namespace}`}`,
    verdict: null,
    blocks: [
      {
        kind: 'table',
        head: ['relation', 'kind', 'fields', 'records (about)', 'named by', 'refers to'],
        rows: schema.relations.map(relationRow),
        empty: 'There is no relation here.',
      },
      { kind: 'paragraph', text: others === '' ? '' : `Also found: ${others}.` },
    ],
  };
}

/** Of kinds that do not simply take an s. */
const plurals: Readonly<Record<string, string>> = {
  index: 'indexes',
  policy: 'policies',
  property: 'properties',
  statistics: 'statistics',
  'operator-class': 'operator classes',
};

function relationRow(relation: Relation): readonly (string | number)[] {
  const parents = [...new Set(relation.foreignKeys.map(({ references }) => references.relation))];
  return [
    relation.name,
    relation.kind,
    relation.fields.filter(({ synthetic }) => !synthetic).length,
    relation.rowsEstimate === null ? 'unknown' : String(relation.rowsEstimate),
    relation.identity.join(', '),
    parents.join(', '),
  ];
}
