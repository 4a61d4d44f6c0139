import type { SeededChoice } from '../../demo/seeded-choice.ts';
import type { IdRange, PlainSystem } from './plain-system.ts';
import type { TestedType } from './tested-type.ts';

/** A column of a source table; its values stand in records of their own, in which every other column is NULL. */
export interface SourceColumn {
  readonly name: string;
  readonly type: TestedType;
  readonly ids: IdRange;
}

export interface SourceTable {
  readonly name: string;
  readonly columns: readonly SourceColumn[];
  readonly records: number;
}

/**
 * One column for each type, and for each so many records. A value that cannot go so takes no other with it, and hundreds of
 * cells travel in one table.
 */
export async function fillSource(
  world: PlainSystem,
  name: string,
  types: readonly TestedType[],
  valuesPerType: number,
  choice: SeededChoice,
): Promise<SourceTable> {
  const columns = types.map((type, at) => ({
    name: `c${at}`,
    type,
    ids: { from: at * valuesPerType + 1, to: (at + 1) * valuesPerType },
  }));
  const declared = columns.map((column) => `, ${declaredColumn(column.name, column.type)}`).join('');
  await world.run(`CREATE TABLE ${name} (id integer NOT NULL PRIMARY KEY${declared})`);
  for (const { name: column, type, ids } of columns) {
    const literals = valuesOf(type, valuesPerType, choice);
    for (let at = 0; at < literals.length; at += 500) {
      const rows = literals
        .slice(at, at + 500)
        .map((literal, place) => `(${ids.from + at + place}, ${literal})`);
      await world.run(`INSERT INTO ${name} (id, ${column}) VALUES ${rows.join(', ')}`);
    }
  }
  return { name, columns, records: types.length * valuesPerType };
}

/** The traps of the type, and drawn ones; when there is room for few, which of the traps is drawn too. */
function valuesOf(type: TestedType, count: number, choice: SeededChoice): readonly string[] {
  const traps =
    type.traps.length <= count ? type.traps : Array.from({ length: count }, () => choice.of(type.traps));
  return [...traps, ...Array.from({ length: count - traps.length }, () => type.draw(choice))];
}

export function declaredColumn(name: string, { native }: Pick<TestedType, 'native'>): string {
  return `${name} ${native.replaceAll('%s', name)}`;
}
