import { describe, expect, test } from 'vitest';
import { type Row, recordKey } from '../../model/index.ts';
import type { BulkFormat, BulkSlice, OpenSystem, UndoResult } from '../port.ts';
import { expectSameRecords } from './compare-values.contract.ts';
import { type ContractWorld, type FreshSystem, relationIn } from './contract-world.contract.ts';
import { people } from './neutral-relations.contract.ts';
import { countsFor, peopleFields, run, step, writesOf } from './write-slices.contract.ts';

/** Slices that were loaded in bulk beside records of others: in each of them more of those than are ever named. */
export function contractOfUndoingBulk<Address>(world: ContractWorld<Address>): void {
  const format = world.setup.loads;
  if (format === undefined) {
    test('loads nothing in bulk', async () => {
      await using fresh = await world.fresh(people);
      expect(writesOf(await fresh.open('target')).imports).toBeUndefined();
    });
    return;
  }
  describe('undoing what was loaded in bulk into a filled relation', () => {
    test('exactly the records that others changed are named; what they had before and changed stays', async () => {
      await using fresh = await world.fresh(people);
      const system = await filled(fresh, format);
      const changed = ours.filter((_row, at) => at % 30 === 7);
      for (const [id] of changed) await fresh.plain.change('people', ['id', id!], ['name', 'touched']);
      const alsoTheirs = theirs.filter((_row, at) => at % 30 === 7);
      for (const [id] of alsoTheirs)
        await fresh.plain.change('people', ['id', id!], ['name', 'theirs still']);
      const added: Row[] = [['700001', 'added since', '1']];
      await fresh.plain.seed('people', peopleFields, added);

      expect(changed.length).toBe(100);
      const names = changed.map(([id]) => recordKey([id!])).sort();
      const left = [
        ...theirs.map((row): Row => (alsoTheirs.includes(row) ? [row[0]!, 'theirs still', row[2]!] : row)),
        ...added,
        ...changed.map(([id, , amount]): Row => [id!, 'touched', amount!]),
      ];
      for (const rowsRemoved of [ours.length - changed.length, 0]) {
        const undone = await undoAll(system);
        expect({ ...undone, refused: undone.refused.map(({ key }) => key).sort() }).toEqual({
          rowsRemoved,
          rowsRestored: 0,
          refused: names,
        });
        expectSameRecords(
          await fresh.plain.rows('people', peopleFields),
          world.expectedRows(people, peopleFields, left),
        );
      }
    });

    test('what others add under the key of a record that is gone is none of it', async () => {
      await using fresh = await world.fresh(people);
      const system = await filled(fresh, format);
      await fresh.plain.change('people', ['id', '31'], ['name', 'touched']);
      const refused = [expect.objectContaining({ key: recordKey(['31']) })];
      expect(await undoAll(system)).toMatchObject({ rowsRemoved: ours.length - 1, refused });
      await fresh.plain.seed('people', peopleFields, [['33', 'theirs now', '1']]);
      expect(await undoAll(system)).toMatchObject({ rowsRemoved: 0, refused });
    });

    test('nothing is named where others changed and added records of their own alone', async () => {
      await using fresh = await world.fresh(people);
      const system = await filled(fresh, format);
      await fresh.plain.change('people', ['id', '30'], ['name', 'theirs still']);
      await fresh.plain.seed('people', peopleFields, [['700001', 'added since', '1']]);
      expect(await undoAll(system)).toEqual({ rowsRemoved: ours.length, rowsRestored: 0, refused: [] });
    });
  });
}

const each = 3_000;
const rowsFrom = (first: number): Row[] =>
  Array.from({ length: each }, (_none, at): Row => {
    const id = first + 2 * at;
    return [String(id), `person ${id}`, String(id * 10)];
  });
/** Between one another. */
const [ours, theirs] = [rowsFrom(1), rowsFrom(2)];
const middle = ours[each / 2 - 1]![0]!;

/** Theirs, and beside them ours in two slices. */
async function filled<Address>(fresh: FreshSystem<Address>, format: BulkFormat): Promise<OpenSystem> {
  await fresh.plain.seed('people', peopleFields, theirs);
  const system = await fresh.open('target');
  await writesOf(system).prepare(run);
  await load(system, format, 0, ours.slice(0, each / 2), { after: null, upTo: [middle] });
  await load(system, format, 1, ours.slice(each / 2), { after: [middle], upTo: null });
  return system;
}

/** Numbers and plain words are spelled alike in every format of text. */
async function load(
  system: OpenSystem,
  format: BulkFormat,
  slice: number,
  rows: readonly Row[],
  bounds: NonNullable<BulkSlice['bounds']>,
): Promise<void> {
  const relation = await relationIn(system, 'people');
  const imports = writesOf(system).imports!;
  const fields = peopleFields.map((name) => {
    const field = relation.fields.find((one) => one.name === name)!;
    return { source: { kind: 'field' as const, field }, target: field };
  });
  const plan = await imports.plan(relation, fields, [format, 'postgres-binary']);
  if (plan.kind === 'impossible') throw new Error(plan.reason);
  const place = { run, step, slice, relation, key: ['id'], bounds, load: { ...plan.load, format } };
  const order = plan.load.fields.map(({ target }) => peopleFields.indexOf(target.name));
  const lines = rows.map((row) => `${order.map((at) => row[at]).join('\t')}\n`).join('');
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(lines);
  };
  const beforeCommit = async (rowsLoaded: number) => countsFor(rowsLoaded, 0);
  await imports.importSlice({ ...place, chunks: chunks(), beforeCommit });
}

async function undoAll(system: OpenSystem): Promise<UndoResult> {
  const relation = await relationIn(system, 'people');
  const both: UndoResult[] = [];
  for (const slice of [1, 0]) both.push(await system.undoes!.undoSlice({ run, step, slice, relation }));
  return {
    rowsRemoved: both.reduce((sum, { rowsRemoved }) => sum + rowsRemoved, 0),
    rowsRestored: both.reduce((sum, { rowsRestored }) => sum + rowsRestored, 0),
    refused: both.flatMap(({ refused }) => refused),
  };
}
