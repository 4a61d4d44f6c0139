import { describe, expect, test } from 'vitest';
import type { Row } from '../../model/index.ts';
import { expectSameRecords } from './compare-values.contract.ts';
import type { ContractWorld } from './contract-world.contract.ts';
import { nodes, people } from './neutral-relations.contract.ts';
import {
  countsFor,
  peopleFields,
  peopleRows,
  run,
  sourceKeyOf,
  writeRows,
  writesOf,
} from './write-slices.contract.ts';
import { expectPeople } from './writing.contract.ts';

export function contractOfUpserting<Address>(world: ContractWorld<Address>): void {
  describe('changing what is there', () => {
    world.withAbility('upsert', () => {
      test('records that are there are set, others are added, fields not written stay', async () => {
        await using fresh = await world.fresh(people);
        await fresh.plain.seed('people', peopleFields, peopleRows(1, 6));
        const system = await fresh.open('target');
        const rows: Row[] = [
          ['3', 'changed'],
          ['7', 'new'],
          ['5', null],
        ];
        const written = await writeRows(system, 'people', { fields: ['id', 'name'], rows, mode: 'upsert' });
        expect(written).toMatchObject({ applied: true, refused: [], counts: countsFor(3, 0) });
        const expected = peopleRows(1, 6).filter(([id]) => id !== '3' && id !== '5');
        await expectPeople(world, fresh, [
          ...expected,
          ['3', 'changed', '30'],
          ['5', null, '50'],
          ['7', 'new', null],
        ]);
      });

      test('of two records with one key the later wins', async () => {
        await using fresh = await world.fresh(people);
        await fresh.plain.seed('people', peopleFields, peopleRows(1, 1));
        const system = await fresh.open('target');
        const rows: Row[] = [
          ['1', 'a', '1'],
          ['2', 'b', '2'],
          ['1', 'c', '3'],
          ['2', 'd', '4'],
        ];
        const written = await writeRows(system, 'people', { fields: peopleFields, rows, mode: 'upsert' });
        expect(written.refused).toEqual([]);
        await expectPeople(world, fresh, [
          ['1', 'c', '3'],
          ['2', 'd', '4'],
        ]);
      });
    });

    world.withAbility('upsert', () => {
      test('every source record that became one target record knows its new id', async () => {
        await using fresh = await world.fresh(people);
        const system = await fresh.open('target');
        const rows: Row[] = [
          ['1', 'a', '1'],
          ['2', 'b', '2'],
          ['1', 'c', '3'],
        ];
        const wanted = { fields: peopleFields, rows, mode: 'upsert', captureIds: true } as const;
        await writeRows(system, 'people', wanted);
        const asked = [0, 1, 2].map((place) => sourceKeyOf(0, place));
        const found = await writesOf(system).resolve(run, 'people', asked);
        expect(asked.map((key) => found.get(key))).toEqual([['1'], ['2'], ['1']]);
      });
    });

    if (world.can('upsert')) world.withAbility('constraints', () => laterWins(world));

    world.withAbility('update', () => {
      test('fields of records that are there are set; a record that is not there is refused', async () => {
        await using fresh = await world.fresh(people);
        await fresh.plain.seed('people', peopleFields, peopleRows(1, 4));
        const system = await fresh.open('target');
        const rows: Row[] = [
          ['2', '-2'],
          ['44', '-44'],
          ['4', null],
        ];
        const wanted = { fields: ['id', 'amount'], rows, mode: 'update', key: ['id'] } as const;
        const written = await writeRows(system, 'people', wanted);
        expect(written.refused.map(({ sourceKey, code }) => [sourceKey, code])).toEqual([
          [sourceKeyOf(0, 1), 'target.missing'],
        ]);
        await expectPeople(world, fresh, [
          ['1', 'person 1', '10'],
          ['2', 'person 2', '-2'],
          ['3', 'person 3', '30'],
          ['4', 'person 4', null],
        ]);
      });
    });

    for (const mode of ['upsert', 'update'] as const) {
      if (world.can(mode)) continue;
      test(`${mode}, declared missing, is refused and leaves nothing`, async () => {
        await using fresh = await world.fresh(people);
        const system = await fresh.open('target');
        const wanted = { fields: peopleFields, rows: peopleRows(1, 2), mode };
        await expect(writeRows(system, 'people', wanted)).rejects.toMatchObject({ fate: 'never' });
        await expectPeople(world, fresh, []);
      });
    }
  });
}

/** The earlier one waits for a record it refers to; what comes behind it in the source must still be what stays. */
function laterWins<Address>(world: ContractWorld<Address>): void {
  describe.each([
    ['checked at once', false],
    ['that may wait for the commit', true],
  ])('references %s', (_title, deferrable) => {
    const fields = ['id', 'name', 'parent'];
    const relation = nodes(deferrable);
    const upsert = async (rows: readonly Row[], expected: readonly Row[]): Promise<readonly string[]> => {
      await using fresh = await world.fresh(relation);
      const system = await fresh.open('target');
      const { refused } = await writeRows(system, 'nodes', { fields, rows, mode: 'upsert' });
      await writesOf(system).finish(run);
      expectSameRecords(
        await fresh.plain.rows('nodes', fields),
        world.expectedRows(relation, fields, expected),
      );
      return refused.map(({ row, code }) => `${String(row[1])} ${code}`);
    };
    const parent: Row = ['9', 'parent', null];

    test('of two records with one key the later wins, also when the earlier waits', async () => {
      const later: Row = ['1', 'later', null];
      expect(await upsert([['1', 'earlier', '9'], later, parent], [later, parent])).toEqual([]);
    });

    test('so it does when both wait, when it comes in a later batch, and when others wait for it', async () => {
      const rows: Row[] = [
        ['2', 'child', '1'],
        ['1', 'earlier', '9'],
        ['1', 'middle', '2'],
        ['3', 'alone', null],
        ['1', 'later', '3'],
        parent,
      ];
      const expected: Row[] = [['2', 'child', '1'], ['1', 'later', '3'], ['3', 'alone', null], parent];
      expect(await upsert(rows, expected)).toEqual([]);
    });

    test('when the record it refers to never comes the earlier is refused, and the later still goes in', async () => {
      const later: Row = ['1', 'later', null];
      const rows: Row[] = [['1', 'earlier', '404'], later, ['2', 'child', '1'], ['1', 'last', '405']];
      expect(await upsert(rows, [later, ['2', 'child', '1']])).toEqual([
        'earlier target.foreign-key',
        'last target.foreign-key',
      ]);
    });
  });
}
