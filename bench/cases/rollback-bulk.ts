import { median } from '../crm/measure-in-turns.ts';
import type { BenchOptions, Figure } from '../figure.ts';
import { type LoadedPeople, UndoWorld } from '../undo/undo-world.ts';

/**
 * A load of 5,000,000 records from one PostgreSQL 15 into a table of another, with a key, two indexes and references from and
 * to other tables, and its way back: `godwit rollback` as a process, beside `godwit run` until its copy has ended. Once into an
 * empty table, and once into one that holds as many records of others in between. Then the same, when somebody has changed
 * 100 of the records since or needs them: they have to stay and to be named, and nothing else. Contents are compared in SQL
 * before a time counts.
 */
export async function* bench({ scale, runs }: BenchOptions): AsyncGenerator<Figure> {
  const records = Math.round(5_000_000 * scale);
  await using world = await UndoWorld.start(records);
  for (const [table, there] of [
    ['empty', 0],
    ['filled', records],
  ] as const) {
    const of = { bench: 'rollback-bulk', case: `${records} records into ${table} table, PostgreSQL 15` };
    const taken: { load: number; back: number }[] = [];
    for (let round = 0; round < runs; round += 1) {
      await using people = await world.load(there);
      taken.push(await loadAndBack(people));
      console.error(`${table}, round ${round + 1}: ${JSON.stringify(taken.at(-1))}`);
    }
    yield { ...of, figure: 'load', value: rounded(median(taken.map(({ load }) => load))), unit: 's' };
    yield {
      ...of,
      figure: 'rollback',
      value: rounded(median(taken.map(({ back }) => back))),
      unit: 's',
      against: 'the load',
      ratio: rounded(median(taken.map(({ load, back }) => back / load))),
    };
    await using people = await world.load(there);
    yield { ...of, figure: 'rollback, 100 changed by others', ...(await backWithChanges(people)) };
  }
}

async function loadAndBack(people: LoadedPeople): Promise<{ load: number; back: number }> {
  const before = await people.content();
  const load = await people.load();
  const { seconds, told } = await people.rollback();
  if ((await people.content()) !== before) throw new RangeError(`not as it was before: ${told}`);
  return { load, back: seconds };
}

async function backWithChanges(
  people: LoadedPeople,
): Promise<Pick<Figure, 'value' | 'unit' | 'against' | 'ratio'>> {
  const load = await people.load();
  const keys = await people.changeHundred();
  const { seconds, told } = await people.rollback();
  const left = await people.loadedKeys();
  if (left.join() !== keys.join()) throw new RangeError(`${left.length} records stay: ${told}`);
  const unnamed = keys.filter((key) => !new RegExp(`\\b${key}\\b`).test(told));
  if (unnamed.length > 0) throw new RangeError(`not named: ${unnamed.join(', ')} in ${told}`);
  return { value: rounded(seconds), unit: 's', against: 'the load', ratio: rounded(seconds / load) };
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;
