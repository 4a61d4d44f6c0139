import type { MappingRow } from '../../mapping/index.ts';
import type { Section } from '../document.ts';

/** The mapping book: what becomes of every field, why, and who answers for it. */
export function mappingSection(rows: readonly MappingRow[]): Section {
  return {
    id: 'mapping',
    title: 'Mapping book',
    verdict: null,
    blocks: [
      {
        kind: 'table',
        head: ['object', 'from', 'transformation', 'to', 'values', 'note', 'owner'],
        rows: rows.map(({ object, kind, from, transformation, to, values, note, owner }) => [
          object,
          from,
          transformation ?? '',
          to ?? (kind === 'purge' ? 'purged' : 'left behind'),
          values.map(({ old, now }) => `${old} -> ${now ?? 'NULL'}`).join(', '),
          note ?? '',
          owner ?? '',
        ]),
        empty: 'There is no mapping yet.',
      },
    ],
  };
}
