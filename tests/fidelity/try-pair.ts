import { adoptedTypes, createdAs } from './cells.ts';
import { verdictOf } from './conditions.ts';
import { type ComparedType, isDeclaredEqual } from './declared-equality.ts';
import { declaredColumn, type SourceColumn, type SourceTable } from './filled-source.ts';
import { type Moved, moveTables, type TableMove } from './moved-table.ts';
import type { PlainSystem, Seen } from './plain-system.ts';
import type { TestedType } from './tested-type.ts';

/** What became of the values of one cell of the matrix. */
export interface TriedCell {
  readonly from: TestedType;
  readonly to: ComparedType;
  readonly created: boolean;
  readonly values: number;
  /** Equal in the target. */
  readonly arrived: number;
  /** Counted beforehand, and in quarantine. */
  readonly foretold: number;
  /** Everything else, in words. */
  readonly differences: readonly string[];
}

/**
 * Tries every cell of one source table towards one system; `keep` says which of the target tables, when not all.
 *
 * @param few the same columns with fewer values, for targets that refuse most of what they are given
 */
export async function tryPair(
  from: PlainSystem,
  to: PlainSystem,
  { table, few }: { readonly table: SourceTable; readonly few: SourceTable },
  keep: (round: number) => boolean = () => true,
): Promise<readonly TriedCell[]> {
  const rounds = [
    ...roundsOf(table, to, (type) => type.model.kind !== 'native'),
    ...roundsOf(few, to, (type) => type.model.kind === 'native').slice(1),
  ].filter((_round, at) => keep(at));
  for (const { move, cells } of rounds) if (!move.create) await createAdopted(to, move.target, cells);
  const moved = await moveTables(
    from,
    to,
    rounds.map(({ move }) => move),
  );
  const seen = new Map<string, ReadonlyMap<number, Seen>>();
  const tried: TriedCell[] = [];
  for (const [at, { move, cells }] of rounds.entries())
    for (const cell of cells) {
      const { name, type, ids } = cell.column;
      const place = `${move.source.name}.${name}`;
      const source = seen.get(place) ?? (await from.see(move.source.name, name, type, ids));
      seen.set(place, source);
      const target = await to.see(move.target, name, cell.to as TestedType, ids);
      tried.push(judge(cell, move.create, source, target, moved[at]!));
    }
  return tried;
}

interface Cell {
  readonly column: SourceColumn;
  readonly to: ComparedType;
}

interface Round {
  readonly move: TableMove;
  readonly cells: readonly Cell[];
}

/** The first table is the one the target creates by itself; each further one takes the next type of every column. */
function roundsOf(
  table: SourceTable,
  to: PlainSystem,
  among: (type: TestedType) => boolean,
): readonly Round[] {
  const options = table.columns.map((column) => ({
    column,
    types: adoptedTypes(column.type, to.system).filter(among),
  }));
  const most = Math.max(...options.map(({ types }) => types.length));
  const created = table.columns
    .map((column) => ({ column, to: createdAs(column.type, to.system) }))
    .filter(({ column, to: made }) => verdictOf(column.type, made).mark !== 'impossible');
  const adopted = Array.from({ length: most }, (_none, at) =>
    options.flatMap(({ column, types }) => (types[at] ? [{ column, to: types[at] }] : [])),
  );
  return [created, ...adopted].map((cells, at) => ({
    cells,
    move: {
      source: table,
      target: `${table.name}_to_${at}`,
      fields: cells.map(({ column }) => column.name),
      create: at === 0,
    },
  }));
}

async function createAdopted(to: PlainSystem, name: string, cells: readonly Cell[]): Promise<void> {
  const columns = cells.map(({ column, to: type }) => `, ${declaredColumn(column.name, type)}`).join('');
  await to.run(`CREATE TABLE ${name} (id integer NOT NULL PRIMARY KEY${columns})`);
}

function judge(
  { column, to }: Cell,
  created: boolean,
  source: ReadonlyMap<number, Seen>,
  target: ReadonlyMap<number, Seen>,
  { foretold, quarantined }: Moved,
): TriedCell {
  const differences: string[] = [];
  const count = { arrived: 0, foretold: 0 };
  for (let id = column.ids.from; id <= column.ids.to; id += 1) {
    const [here, there] = [source.get(id), target.get(id)];
    const said = foretold.has(id);
    const kept = quarantined.get(id);
    const shown = `${JSON.stringify(here ?? null)} -> ${JSON.stringify(there ?? null)}${kept === undefined ? '' : `, in quarantine: ${kept}`}`;
    if (said && kept !== undefined && there === undefined) count.foretold += 1;
    else if (said || kept !== undefined) differences.push(`${said ? 'foretold' : 'not foretold'}: ${shown}`);
    else if (
      here === undefined
        ? there === undefined
        : there !== undefined && isDeclaredEqual(column.type, to, here, there)
    )
      count.arrived += 1;
    else differences.push(`differs: ${shown}`);
  }
  return {
    from: column.type,
    to,
    created,
    values: column.ids.to - column.ids.from + 1,
    ...count,
    differences,
  };
}
