import { describe, expect, test } from 'vitest';
import { noRows, type Row } from '../../model/index.ts';
import { expectSameRecords } from './compare-values.contract.ts';
import { type ContractWorld, type FreshSystem, relationIn } from './contract-world.contract.ts';
import {
  awkward,
  awkwardFields,
  awkwardRows,
  dated,
  datedFields,
  datedRows,
  keyless,
  oddlyNamed,
  people,
} from './neutral-relations.contract.ts';
import { project, readAll } from './read-all.contract.ts';
import {
  countsFor,
  peopleFields,
  peopleRows,
  run,
  step,
  writeRows,
  writesOf,
} from './write-slices.contract.ts';

export function contractOfWriting<Address>(world: ContractWorld<Address>): void {
  describe('writing', () => {
    test('a slice goes in with its checkpoint', async () => {
      await using fresh = await world.fresh(people);
      const system = await fresh.open('target');
      const written = await writeRows(system, 'people', { fields: peopleFields, rows: peopleRows(1, 10) });
      expect(written).toMatchObject({ applied: true, refused: [], asked: 1, counts: countsFor(10, 0) });
      const [applied, ...others] = await writesOf(system).applied(run);
      expect(others).toEqual([]);
      expect(applied).toMatchObject({ step, slice: 0, counts: countsFor(10, 0) });
      expect(applied?.appliedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
      await expectPeople(world, fresh, peopleRows(1, 10));
    });

    test('the counts of the checkpoint are those the caller answered with', async () => {
      await using fresh = await world.fresh(people);
      const system = await fresh.open('target');
      const counts = { rowsRead: 9, rowsWritten: 3, rowsQuarantined: 2, rowsPurged: 4 };
      const wanted = { fields: peopleFields, rows: peopleRows(1, 3), beforeCommit: async () => counts };
      expect((await writeRows(system, 'people', wanted)).counts).toEqual(counts);
      expect((await writesOf(system).applied(run))[0]?.counts).toEqual(counts);
    });

    test('written again, also by somebody else later, it changes nothing and says so', async () => {
      await using fresh = await world.fresh(people);
      await writeRows(await fresh.open('target'), 'people', { fields: peopleFields, rows: peopleRows(1, 5) });
      await fresh.closeAll();
      const system = await fresh.open('target');
      const again = await writeRows(system, 'people', { fields: peopleFields, rows: peopleRows(50, 9) });
      expect(again).toMatchObject({ applied: false, asked: 0, counts: countsFor(5, 0) });
      await expectPeople(world, fresh, peopleRows(1, 5));
    });

    test('the same slice of another run or step is another slice', async () => {
      await using fresh = await world.fresh(people);
      const system = await fresh.open('target');
      await writeRows(system, 'people', { fields: peopleFields, rows: peopleRows(1, 2) });
      await writeRows(system, 'people', { fields: peopleFields, rows: peopleRows(3, 2), step: '04-more' });
      await expectPeople(world, fresh, peopleRows(1, 4));
      await writeRows(system, 'people', { fields: peopleFields, rows: peopleRows(5, 2), run: 'run-2' });
      expect((await writesOf(system).applied(run)).length).toBe(2);
      expect((await writesOf(system).applied('run-2')).length).toBe(1);
      expect(await writesOf(system).applied('run-3')).toEqual([]);
    });

    test('slices may come in any order', async () => {
      await using fresh = await world.fresh(people);
      const system = await fresh.open('target');
      for (const slice of [2, 0, 1])
        await writeRows(system, 'people', { fields: peopleFields, rows: peopleRows(slice * 10, 10), slice });
      expect((await writesOf(system).applied(run)).map(({ slice }) => slice).sort((a, b) => a - b)).toEqual([
        0, 1, 2,
      ]);
      await expectPeople(world, fresh, peopleRows(0, 30));
    });

    test('a slice without records leaves its checkpoint', async () => {
      await using fresh = await world.fresh(people);
      const system = await fresh.open('target');
      const written = await writeRows(system, 'people', { fields: peopleFields, rows: [] });
      expect(written).toMatchObject({ applied: true, counts: noRows });
      expect((await writesOf(system).applied(run)).length).toBe(1);
    });

    test('awkward values arrive exactly', async () => {
      await using fresh = await world.fresh(awkward);
      const system = await fresh.open('target');
      const rows = world.held(awkward, awkwardFields, awkwardRows);
      const written = await writeRows(system, 'awkward', { fields: awkwardFields, rows });
      expect(written.refused).toEqual([]);
      await writesOf(system).finish(run);
      const expected = world.expectedRows(awkward, awkwardFields, rows);
      expectSameRecords(await fresh.plain.rows('awkward', awkwardFields), expected);
      expectSameRecords(project(await readAll(system, 'awkward'), awkwardFields), expected);
    });

    test('dates, times and tokens arrive in their canonical text', async () => {
      await using fresh = await world.fresh(dated);
      const system = await fresh.open('target');
      const rows = world.held(dated, datedFields, datedRows);
      const written = await writeRows(system, 'dated', { fields: datedFields, rows });
      expect(written.refused).toEqual([]);
      await writesOf(system).finish(run);
      const expected = world.expectedRows(dated, datedFields, rows);
      expectSameRecords(await fresh.plain.rows('dated', datedFields), expected);
      expectSameRecords(project(await readAll(system, 'dated'), datedFields), expected);
    });

    test('what the system has no place for is refused by name', async () => {
      await using fresh = await world.fresh(dated);
      const system = await fresh.open('target');
      const without = world.notHeld(dated, datedFields, datedRows);
      const rows = without.map(({ row }) => row);
      const written = await writeRows(system, 'dated', { fields: datedFields, rows });
      expect(written.refused.map(({ code, row }) => [code, row])).toEqual(
        rows.map((row) => ['target.type', row]),
      );
      for (const [at, { field }] of written.refused.entries()) expect(without[at]?.fields).toContain(field);
    });

    test('odd names are written', async () => {
      const odd = world.named(oddlyNamed);
      await using fresh = await world.fresh(odd);
      const system = await fresh.open('target');
      const fields = odd.fields.map(({ name }) => name).reverse();
      await writeRows(system, odd.name, { fields, rows: [['d', 'c', 'b', '1']] });
      await writesOf(system).finish(run);
      const expected = world.expectedRows(odd, fields, [['d', 'c', 'b', '1']]);
      expectSameRecords(await fresh.plain.rows(odd.name, fields), expected);
    });

    test('fields may come in any order, and those not written are left to the system', async () => {
      await using fresh = await world.fresh(people);
      const system = await fresh.open('target');
      await writeRows(system, 'people', { fields: ['amount', 'id'], rows: [['7', '1']], key: ['id'] });
      await expectPeople(world, fresh, [['1', null, '7']]);
    });

    test.runIf(world.setup.needsKey !== undefined)('records that nothing names are refused', async () => {
      await using fresh = await world.fresh(keyless);
      const system = await fresh.open('target');
      const wanted = { fields: ['word', 'number'], rows: [['a', '1']] };
      await expect(writeRows(system, 'notes', wanted)).rejects.toMatchObject({ fate: 'never' });
      expect(await fresh.plain.rows('notes', ['word'])).toEqual([]);
      expect(await writesOf(system).applied(run)).toEqual([]);
    });

    test.skipIf(world.setup.needsKey !== undefined)(
      'records without a key are written, doubles too',
      async () => {
        await using fresh = await world.fresh(keyless);
        const system = await fresh.open('target');
        const rows: Row[] = [
          ['a', '1'],
          ['a', '1'],
          ['b', '2'],
          [null, null],
        ];
        await writeRows(system, 'notes', { fields: ['word', 'number'], rows });
        await writesOf(system).finish(run);
        expectSameRecords(
          await fresh.plain.rows('notes', ['word', 'number']),
          world.expectedRows(keyless, ['word', 'number'], rows),
        );
      },
    );

    test('finishing twice is finishing once', async () => {
      await using fresh = await world.fresh(people);
      const system = await fresh.open('target');
      await writeRows(system, 'people', { fields: peopleFields, rows: peopleRows(1, 2) });
      await writesOf(system).finish(run);
      await expectPeople(world, fresh, peopleRows(1, 2));
    });

    world.withAbility('transactional-slices', () => wholeOrNotThere(world));
  });
}

function wholeOrNotThere<Address>(world: ContractWorld<Address>): void {
  test('when the caller fails before the commit nothing stays, and the slice can be written', async () => {
    await using fresh = await world.fresh(people);
    const system = await fresh.open('target');
    const fail = async (): Promise<never> => {
      throw new RangeError('the quarantine is full');
    };
    const wanted = { fields: peopleFields, rows: peopleRows(1, 20) };
    await expect(writeRows(system, 'people', { ...wanted, beforeCommit: fail })).rejects.toThrow(
      'the quarantine is full',
    );
    expect(await writesOf(system).applied(run)).toEqual([]);
    await expectPeople(world, fresh, []);
    expect((await writeRows(system, 'people', wanted)).applied).toBe(true);
    await expectPeople(world, fresh, peopleRows(1, 20));
  });

  test('when the records stop coming nothing stays, and the connection can go on', async () => {
    await using fresh = await world.fresh(people);
    const system = await fresh.open('target');
    await writesOf(system).prepare(run);
    const relation = await relationIn(system, 'people');
    const batches = async function* (): AsyncGenerator<{ sourceKey: string; row: Row }[]> {
      yield peopleRows(1, 8).map((row) => ({ sourceKey: String(row[0]), row }));
      throw new RangeError('the source went away');
    };
    const write = writesOf(system).writeSlice({
      run,
      step,
      slice: 0,
      object: 'people',
      relation,
      mode: 'insert',
      fields: peopleFields,
      key: ['id'],
      captureIds: false,
      batches: batches(),
      beforeCommit: async () => countsFor(8, 0),
    });
    await expect(write).rejects.toThrow('the source went away');
    expect(await writesOf(system).applied(run)).toEqual([]);
    await writeRows(system, 'people', { fields: peopleFields, rows: peopleRows(3, 2) });
    await expectPeople(world, fresh, peopleRows(3, 2));
  });
}

export async function expectPeople<Address>(
  world: ContractWorld<Address>,
  fresh: FreshSystem<Address>,
  rows: readonly Row[],
): Promise<void> {
  const system = await fresh.open('target');
  await writesOf(system).finish(run);
  expectSameRecords(
    await fresh.plain.rows('people', peopleFields),
    world.expectedRows(people, peopleFields, rows),
  );
}
