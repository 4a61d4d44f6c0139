import { describe, expect, test } from 'vitest';
import { integer64, type Relation, type Row, textUnlimited } from '../../model/index.ts';
import { expectSameRecords } from './compare-values.contract.ts';
import type { ContractWorld } from './contract-world.contract.ts';
import { companies, contacts, keyOf, reference, table } from './neutral-relations.contract.ts';
import { countsFor, run, sourceKeyOf, writeRows, writesOf } from './write-slices.contract.ts';

const fields: readonly string[] = ['id', 'email', 'age', 'company_id'];
const good: readonly Row[] = Array.from(
  { length: 12 },
  (_nothing, at): Row => [String(100 + at), `p${at}@example.org`, '30', '1'],
);

/** A tree whose references may be checked at the end of the transaction. */
const nodes: Relation = table(
  'nodes',
  { id: integer64, name: textUnlimited, parent: integer64 },
  { primaryKey: keyOf('id'), foreignKeys: [reference('parent', 'nodes', true)] },
);

export function contractOfRefusing<Address>(world: ContractWorld<Address>): void {
  world.withAbility('constraints', () => {
    describe('refusing', () => {
      const bad: readonly {
        readonly title: string;
        readonly row: Row;
        readonly code: string;
        readonly named: string;
      }[] = [
        {
          title: 'the same key',
          row: ['100', 'x@example.org', '1', '1'],
          code: 'target.unique',
          named: 'id',
        },
        {
          title: 'a key that was there',
          row: ['1', 'x@example.org', '1', '1'],
          code: 'target.unique',
          named: 'id',
        },
        {
          title: 'a unique value',
          row: ['200', 'p3@example.org', '1', '1'],
          code: 'target.unique',
          named: 'email',
        },
        { title: 'a missing value', row: ['200', null, '1', '1'], code: 'target.not-null', named: 'email' },
        {
          title: 'a broken check',
          row: ['200', 'x@example.org', '-1', '1'],
          code: 'target.check',
          named: 'age',
        },
        {
          title: 'a dangling reference',
          row: ['200', 'x@example.org', '1', '77'],
          code: 'target.foreign-key',
          named: 'company_id',
        },
      ];
      for (const { title, row, code, named } of bad)
        test(`${title} is named, and the rest goes in`, async () => {
          await using fresh = await world.fresh(companies, contacts);
          await fresh.plain.seed('companies', ['id', 'title'], [['1', 'one']]);
          await fresh.plain.seed('contacts', fields, [['1', 'first@example.org', '1', '1']]);
          const system = await fresh.open('target');
          const rows = [...good.slice(0, 6), row, ...good.slice(6)];
          const written = await writeRows(system, 'contacts', { fields, rows });
          expect(written.applied).toBe(true);
          expect(written.asked).toBe(1);
          expect(written.refused.map(({ sourceKey }) => sourceKey)).toEqual([sourceKeyOf(0, 6)]);
          const [refused] = written.refused;
          expect(refused?.row).toEqual(row);
          expect(refused?.code).toBe(code);
          expect(`${refused?.field ?? ''} ${refused?.constraint ?? ''}`).toContain(named);
          expect(refused?.message).not.toBe('');
          expect(written.counts).toEqual(countsFor(13, 1));
          expectSameRecords(await fresh.plain.rows('contacts', fields), [
            ['1', 'first@example.org', '1', '1'],
            ...good,
          ]);
        });

      test('many kinds at once: each by its own name, all good ones in', async () => {
        await using fresh = await world.fresh(companies, contacts);
        await fresh.plain.seed('companies', ['id', 'title'], [['1', 'one']]);
        const system = await fresh.open('target');
        const mixed: Row[] = [];
        for (const [at, row] of good.entries()) mixed.push(row, ...(at >= 8 ? [bad[at - 6]!.row] : []));
        mixed.push(...good.slice(0, 2));
        const written = await writeRows(system, 'contacts', { fields, rows: mixed });
        expect(written.refused.map(({ code }) => code).sort()).toEqual([
          'target.check',
          'target.foreign-key',
          'target.not-null',
          'target.unique',
          'target.unique',
          'target.unique',
        ]);
        expectSameRecords(await fresh.plain.rows('contacts', fields), good);
      });

      test('a refused record takes no good one with it, not even one with the same unique value', async () => {
        await using fresh = await world.fresh(companies, contacts);
        await fresh.plain.seed('companies', ['id', 'title'], [['1', 'one']]);
        const system = await fresh.open('target');
        const rows: Row[] = [
          ['1', 'same@example.org', '30', '77'],
          ['2', 'same@example.org', '30', '1'],
          ['3', 'other@example.org', '-30', '1'],
          ['3', 'other@example.org', '30', '1'],
        ];
        const written = await writeRows(system, 'contacts', { fields, rows });
        expect(written.refused.map(({ sourceKey }) => sourceKey).sort()).toEqual([
          sourceKeyOf(0, 0),
          sourceKeyOf(0, 2),
        ]);
        expectSameRecords(await fresh.plain.rows('contacts', fields), [rows[1]!, rows[3]!]);
      });

      test('when every record is refused the checkpoint says so', async () => {
        await using fresh = await world.fresh(companies, contacts);
        const system = await fresh.open('target');
        const written = await writeRows(system, 'contacts', { fields, rows: good });
        expect(written.refused.length).toBe(good.length);
        expect(written.counts).toEqual(countsFor(good.length, good.length));
        expect(await fresh.plain.rows('contacts', fields)).toEqual([]);
        expect((await writesOf(system).applied(run)).length).toBe(1);
      });

      test('a parent may come after its child when the reference may wait; one that never comes is named', async () => {
        await using fresh = await world.fresh(nodes);
        const system = await fresh.open('target');
        const rows: Row[] = [
          ['1', 'child before its parent', '9'],
          ['2', 'child of nobody', '404'],
          ['3', 'root', null],
          ['4', 'itself', '4'],
          ['9', 'late parent', '3'],
        ];
        const written = await writeRows(system, 'nodes', { fields: ['id', 'name', 'parent'], rows });
        expect(written.refused.map(({ sourceKey, code }) => [sourceKey, code])).toEqual([
          [sourceKeyOf(0, 1), 'target.foreign-key'],
        ]);
        expectSameRecords(
          await fresh.plain.rows('nodes', ['id', 'name', 'parent']),
          rows.filter(([id]) => id !== '2'),
        );
      });

      test('a record refused because its parent was refused is named too', async () => {
        await using fresh = await world.fresh(nodes);
        const system = await fresh.open('target');
        const rows: Row[] = [
          ['1', 'child of the refused', '2'],
          ['2', 'child of nobody', '404'],
          ['3', 'root', null],
        ];
        const written = await writeRows(system, 'nodes', { fields: ['id', 'name', 'parent'], rows });
        expect(written.refused.map(({ sourceKey }) => sourceKey).sort()).toEqual([
          sourceKeyOf(0, 0),
          sourceKeyOf(0, 1),
        ]);
        expectSameRecords(await fresh.plain.rows('nodes', ['id']), [['3']]);
      });
    });
  });
}
