import { SeededChoice } from '../../demo/seeded-choice.ts';
import { loadGrammar } from '../../src/expressions/index.ts';
import { typeGroups } from './cells.ts';
import { verdictOf } from './conditions.ts';
import { fillSource } from './filled-source.ts';
import type { PlainSystem } from './plain-system.ts';
import type { SystemName } from './tested-type.ts';
import { type TriedCell, tryPair } from './try-pair.ts';

export interface MatrixOptions {
  /** A new, empty system of that kind. */
  readonly make: Readonly<Partial<Record<SystemName, () => Promise<PlainSystem>>>>;
  readonly seed: number;
  readonly valuesPerType: number;
  /** Only one group of types for each pair of systems, and this part of its target tables, 0 to 1; null for everything. */
  readonly share: number | null;
  readonly say: (text: string) => void;
}

export interface TriedPair {
  readonly from: SystemName;
  readonly to: SystemName;
  readonly cells: number;
  readonly values: number;
  readonly arrived: number;
  /** Counted beforehand by the mapping check, and in quarantine. */
  readonly foretold: number;
  /** Cells in which a value was counted beforehand that the table says arrive whole. */
  readonly wronglyExact: readonly string[];
  /** Values that neither arrived equal nor were counted beforehand. */
  readonly differences: readonly string[];
}

/** Tries the cells of every pair of systems; the same seed gives the same values. */
export async function tryMatrix(options: MatrixOptions): Promise<readonly TriedPair[]> {
  await loadGrammar();
  const { make, seed, say } = options;
  const names = Object.keys(make) as SystemName[];
  const pairs: TriedPair[] = [];
  for (const from of names) {
    await using source = await make[from]!();
    for (const to of names) {
      await using target = await make[to]!();
      const pair = summary(from, to, await tryGroups(source, target, options, new SeededChoice(seed)));
      say(
        `${from} to ${to}: ${pair.cells} cells, ${pair.values} values, ${pair.foretold} foretold, ${pair.differences.length} differences`,
      );
      pairs.push(pair);
    }
  }
  return pairs;
}

/** Targets that refuse most of what they are given, record by record, get fewer values. */
const valuesWhereRefused = 24;

async function tryGroups(
  from: PlainSystem,
  to: PlainSystem,
  { valuesPerType, share }: MatrixOptions,
  choice: SeededChoice,
): Promise<readonly TriedCell[]> {
  const cells: TriedCell[] = [];
  const groups = [...typeGroups[from.system].entries()];
  for (const [group, types] of share === null ? groups : [choice.of(groups)]) {
    const name = `from_${to.system}_${group}`;
    const table = await fillSource(from, name, types, valuesPerType, choice);
    const few = await fillSource(
      from,
      `${name}_few`,
      types,
      Math.min(valuesWhereRefused, valuesPerType),
      choice,
    );
    cells.push(...(await tryPair(from, to, { table, few }, () => share === null || choice.chance(share))));
  }
  return cells;
}

function summary(from: SystemName, to: SystemName, cells: readonly TriedCell[]): TriedPair {
  const sum = (count: (cell: TriedCell) => number): number =>
    cells.reduce((all, cell) => all + count(cell), 0);
  const exact = cells.filter((cell) => cell.foretold > 0 && verdictOf(cell.from, cell.to).mark === 'exact');
  return {
    from,
    to,
    cells: cells.length,
    values: sum(({ values }) => values),
    arrived: sum(({ arrived }) => arrived),
    foretold: sum(({ foretold }) => foretold),
    wronglyExact: exact.map((cell) => `${titleOf(cell)}: ${cell.foretold} of ${cell.values} foretold`),
    differences: cells.flatMap((cell) =>
      cell.differences.map((difference) => `${titleOf(cell)}: ${difference}`),
    ),
  };
}

function titleOf({ from, to, created }: TriedCell): string {
  return `${from.system} ${from.native} -> ${to.system} ${created ? 'created' : to.native}`;
}
