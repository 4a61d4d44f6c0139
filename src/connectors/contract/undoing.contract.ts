import { describe, expect, test } from 'vitest';
import { type Row, recordKey } from '../../model/index.ts';
import type { OpenSystem, UndoResult } from '../port.ts';
import { expectSameRecords } from './compare-values.contract.ts';
import { type ContractWorld, relationIn } from './contract-world.contract.ts';
import {
  awkward,
  awkwardFields,
  awkwardRows,
  companies,
  contacts,
  keyless,
  people,
} from './neutral-relations.contract.ts';
import {
  peopleFields,
  peopleRows,
  run,
  sourceKeyOf,
  step,
  writeRows,
  writesOf,
} from './write-slices.contract.ts';
import { expectPeople } from './writing.contract.ts';

export function contractOfUndoing<Address>(world: ContractWorld<Address>): void {
  world.withAbility('undo', () => {
    describe('undoing', () => {
      test('added records are removed, with checkpoint and ids; what was there stays', async () => {
        await using fresh = await world.fresh(people);
        await fresh.plain.seed('people', peopleFields, peopleRows(100, 3));
        const system = await fresh.open('target');
        const wanted = { fields: peopleFields, rows: peopleRows(1, 10), captureIds: true };
        await writeRows(system, 'people', wanted);
        await fresh.closeAll();
        const later = await fresh.open('target');
        expect(await undo(later, 'people')).toEqual({ rowsRemoved: 10, rowsRestored: 0, refused: [] });
        expect(await writesOf(later).applied(run)).toEqual([]);
        expect((await writesOf(later).resolve(run, 'people', [sourceKeyOf(0, 0)])).size).toBe(0);
        await expectPeople(world, fresh, peopleRows(100, 3));
      });

      test('undone twice, or never written: nothing happens; afterwards it can be written anew', async () => {
        await using fresh = await world.fresh(people);
        const system = await fresh.open('target');
        const nothing = { rowsRemoved: 0, rowsRestored: 0, refused: [] };
        await writesOf(system).prepare(run);
        expect(await undo(system, 'people')).toEqual(nothing);
        await writeRows(system, 'people', { fields: peopleFields, rows: peopleRows(1, 3) });
        await undo(system, 'people');
        expect(await undo(system, 'people')).toEqual(nothing);
        const again = await writeRows(system, 'people', { fields: peopleFields, rows: peopleRows(1, 3) });
        expect(again.applied).toBe(true);
        await expectPeople(world, fresh, peopleRows(1, 3));
      });

      test('only the slice that is named is undone', async () => {
        await using fresh = await world.fresh(people);
        const system = await fresh.open('target');
        await writeRows(system, 'people', { fields: peopleFields, rows: peopleRows(1, 3) });
        await writeRows(system, 'people', { fields: peopleFields, rows: peopleRows(4, 3), slice: 1 });
        await undo(system, 'people', 0);
        await expectPeople(world, fresh, peopleRows(4, 3));
      });

      test('awkward records are recognised as untouched and removed', async () => {
        await using fresh = await world.fresh(awkward);
        const system = await fresh.open('target');
        const rows = world.held(awkward, awkwardFields, awkwardRows);
        await writeRows(system, 'awkward', { fields: awkwardFields, rows });
        expect(await undo(system, 'awkward')).toMatchObject({ rowsRemoved: awkwardRows.length, refused: [] });
        expect(await fresh.plain.rows('awkward', awkwardFields)).toEqual([]);
      });

      const keylessTest = world.setup.needsKey === undefined ? test : test.skip;
      keylessTest('records without a key are removed, others alike stay', async () => {
        await using fresh = await world.fresh(keyless);
        await fresh.plain.seed('notes', ['word', 'number'], [['a', '1']]);
        const system = await fresh.open('target');
        const rows: Row[] = [
          ['a', '1'],
          ['a', '1'],
          ['b', null],
        ];
        await writeRows(system, 'notes', { fields: ['word', 'number'], rows });
        expect(await undo(system, 'notes')).toMatchObject({ rowsRemoved: 3, refused: [] });
        const expected = world.expectedRows(keyless, ['word', 'number'], [['a', '1']]);
        expectSameRecords(await fresh.plain.rows('notes', ['word', 'number']), expected);
      });

      test('a record somebody changed since is left and named, until it is as it was', async () => {
        await using fresh = await world.fresh(people);
        const system = await fresh.open('target');
        await writeRows(system, 'people', { fields: peopleFields, rows: peopleRows(1, 5) });
        await fresh.plain.change('people', ['id', '3'], ['name', 'touched']);
        const first = await undo(system, 'people');
        expect(first.rowsRemoved).toBe(4);
        expect(first.refused.map(({ key }) => key)).toEqual([recordKey(['3'])]);
        expect(first.refused[0]?.reason).not.toBe('');
        expect((await writesOf(system).applied(run)).length).toBe(1);
        await expectPeople(world, fresh, [['3', 'touched', '30']]);
        await fresh.plain.change('people', ['id', '3'], ['name', 'person 3']);
        expect(await undo(system, 'people')).toEqual({ rowsRemoved: 1, rowsRestored: 0, refused: [] });
        expect(await writesOf(system).applied(run)).toEqual([]);
        await expectPeople(world, fresh, []);
      });

      world.withAbility('upsert', () => undoingChanges(world));
      world.withAbility('constraints', () => {
        test('a record that others need by now is left and named', async () => {
          await using fresh = await world.fresh(companies, contacts);
          const system = await fresh.open('target');
          await writeRows(system, 'companies', {
            fields: ['id', 'title'],
            rows: [
              ['1', 'one'],
              ['2', 'two'],
            ],
          });
          const fields = ['id', 'email', 'company_id'];
          await fresh.plain.seed('contacts', fields, [['5', 'e@example.org', '2']]);
          const undone = await undo(system, 'companies');
          expect(undone.rowsRemoved).toBe(1);
          expect(undone.refused.map(({ key }) => key)).toEqual([recordKey(['2'])]);
          expectSameRecords(await fresh.plain.rows('companies', ['id']), [['2']]);
        });
      });
    });
  });
}

function undoingChanges<Address>(world: ContractWorld<Address>): void {
  test('changed records get back what they held, every field', async () => {
    await using fresh = await world.fresh(awkward);
    const held = world.held(awkward, awkwardFields, awkwardRows);
    await fresh.plain.seed('awkward', awkwardFields, held);
    const system = await fresh.open('target');
    const rows = [...awkwardRows.map(([id]): Row => [id!, 'overwritten', '5']), ['99', 'new', '6'] as Row];
    await writeRows(system, 'awkward', {
      fields: ['id', 'words', 'whole'],
      rows,
      mode: 'upsert',
      key: ['id'],
    });
    expect(await undo(system, 'awkward')).toEqual({
      rowsRemoved: 1,
      rowsRestored: awkwardRows.length,
      refused: [],
    });
    const expected = world.expectedRows(awkward, awkwardFields, held);
    expectSameRecords(await fresh.plain.rows('awkward', awkwardFields), expected);
  });

  test('a record set twice in a slice gets back what it held before the slice', async () => {
    await using fresh = await world.fresh(people);
    await fresh.plain.seed('people', peopleFields, peopleRows(1, 1));
    const system = await fresh.open('target');
    const rows: Row[] = [
      ['1', 'a', '1'],
      ['2', 'b', '2'],
      ['3', 'c', '3'],
      ['4', 'd', '4'],
      ['1', 'e', '5'],
      ['2', 'f', '6'],
    ];
    await writeRows(system, 'people', { fields: peopleFields, rows, mode: 'upsert' });
    expect(await undo(system, 'people')).toEqual({ rowsRemoved: 3, rowsRestored: 1, refused: [] });
    await expectPeople(world, fresh, peopleRows(1, 1));
  });

  test('slices over one record are undone backwards; forwards is refused', async () => {
    await using fresh = await world.fresh(people);
    await fresh.plain.seed('people', peopleFields, peopleRows(1, 1));
    const system = await fresh.open('target');
    await writeRows(system, 'people', { fields: peopleFields, rows: [['1', 'a', '1']], mode: 'upsert' });
    await writeRows(system, 'people', {
      fields: peopleFields,
      rows: [['1', 'b', '2']],
      mode: 'upsert',
      slice: 1,
    });
    expect((await undo(system, 'people', 0)).refused.length).toBe(1);
    expect(await undo(system, 'people', 1)).toMatchObject({ rowsRestored: 1, refused: [] });
    await expectPeople(world, fresh, [['1', 'a', '1']]);
    expect(await undo(system, 'people', 0)).toMatchObject({ rowsRestored: 1, refused: [] });
    await expectPeople(world, fresh, peopleRows(1, 1));
  });

  test('a changed record that somebody changed since is left and named', async () => {
    await using fresh = await world.fresh(people);
    await fresh.plain.seed('people', peopleFields, peopleRows(1, 3));
    const system = await fresh.open('target');
    const rows = peopleRows(1, 3).map(([id]): Row => [id!, 'ours', '0']);
    await writeRows(system, 'people', { fields: peopleFields, rows, mode: 'upsert' });
    await fresh.plain.change('people', ['id', '2'], ['amount', '1']);
    const undone = await undo(system, 'people');
    expect(undone.rowsRestored).toBe(2);
    expect(undone.refused.map(({ key }) => key)).toEqual([recordKey(['2'])]);
    await expectPeople(world, fresh, [...peopleRows(1, 1), ['2', 'ours', '1'], ...peopleRows(3, 1)]);
  });

  world.withAbility('update', () => {
    test('a second pass is undone without losing the first', async () => {
      await using fresh = await world.fresh(people);
      const system = await fresh.open('target');
      await writeRows(system, 'people', { fields: peopleFields, rows: peopleRows(1, 3) });
      const second = { fields: ['id', 'amount'], rows: [['2', '-2']], mode: 'update', slice: 1 } as const;
      await writeRows(system, 'people', second);
      expect(await undo(system, 'people', 1)).toMatchObject({ rowsRestored: 1, refused: [] });
      await expectPeople(world, fresh, peopleRows(1, 3));
      expect(await undo(system, 'people', 0)).toMatchObject({ rowsRemoved: 3, refused: [] });
    });
  });
}

async function undo(system: OpenSystem, relation: string, slice = 0): Promise<UndoResult> {
  if (system.undoes === null) throw new Error('declared to undo, but it does not');
  return system.undoes.undoSlice({ run, step, slice, relation: await relationIn(system, relation) });
}
