import type { MappingRow } from '../../mapping/index.ts';
import type { Responsibility } from '../../model/index.ts';
import { type Block, type Cell, counted, type Section } from '../document.ts';
import { responsibilityFacts } from './responsibility-facts.ts';

/** The mapping book: what becomes of every field, why, and who answers for it; one table for each object. */
export function mappingSection(
  rows: readonly MappingRow[],
  responsibility: Responsibility | null = null,
): Section {
  const objects = [...new Set(rows.map(({ object }) => object))];
  return {
    id: 'mapping',
    title: 'What becomes of every field',
    verdict: null,
    blocks: [
      ...responsibilityFacts(responsibility),
      ...(rows.length === 0
        ? [{ kind: 'paragraph' as const, text: 'There is no mapping yet.' }]
        : objects.flatMap((object) =>
            objectBlocks(
              object,
              rows.filter((row) => row.object === object),
            ),
          )),
    ],
  };
}

function objectBlocks(object: string, rows: readonly MappingRow[]): readonly Block[] {
  const fields = rows.filter(({ kind }) => kind === 'field');
  const [first] = rows;
  const target = fields[0]?.to?.split('.')[0];
  const title =
    object === ''
      ? 'Relations that stay behind'
      : `${first?.from.split('.')[0] ?? object} -> ${target ?? 'nothing'}: ${counted(fields.length, 'field')}`;
  return [{ kind: 'heading', text: title }, tableOf(rows)];
}

const columns: readonly (readonly [head: string, cell: (row: MappingRow) => Cell])[] = [
  ['to', ({ kind, to }) => to?.slice(to.indexOf('.') + 1) ?? (kind === 'purge' ? 'purged' : 'left behind')],
  ['from', fromCell],
  ['values', ({ values }) => values.map(({ old, now }) => `${old} -> ${now ?? 'NULL'}`).join('\n')],
  ['why', ({ note }) => note ?? ''],
  ['who answers', ({ owner }) => owner ?? ''],
];

function fromCell({ kind, from, transformation }: MappingRow): Cell {
  if (transformation !== null) return { code: kind === 'purge' ? `when ${transformation}` : transformation };
  return kind === 'left-behind' ? from.slice(from.indexOf('.') + 1) : from;
}

/** Without the columns in which nothing stands. */
function tableOf(rows: readonly MappingRow[]): Block {
  const shown = columns.filter(([, cell]) => rows.some((row) => cell(row) !== ''));
  return {
    kind: 'table',
    head: shown.map(([head]) => head),
    rows: rows.map((row) => shown.map(([, cell]) => cell(row))),
    empty: '',
  };
}
