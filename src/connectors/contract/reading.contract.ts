import { describe, expect, test } from 'vitest';
import type { Position, Row } from '../../model/index.ts';
import type { OpenSystem } from '../port.ts';
import { expectSameRecords } from './compare-values.contract.ts';
import { type ContractWorld, relationIn } from './contract-world.contract.ts';
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
import { collect, project, readAll, wholeRelation } from './read-all.contract.ts';
import { peopleFields, peopleRows } from './write-slices.contract.ts';

export function contractOfReading<Address>(world: ContractWorld<Address>): void {
  describe('reading', () => {
    test('awkward values come back exactly', async () => {
      await using fresh = await world.fresh(awkward);
      const rows = world.held(awkward, awkwardFields, awkwardRows);
      await fresh.plain.seed('awkward', awkwardFields, rows);
      const content = await readAll(await fresh.open('source'), 'awkward');
      expect(content.bad).toEqual([]);
      expectSameRecords(project(content, awkwardFields), world.expectedRows(awkward, awkwardFields, rows));
    });

    test('dates, times and tokens come back in their canonical text', async () => {
      await using fresh = await world.fresh(dated);
      const rows = world.held(dated, datedFields, datedRows);
      await fresh.plain.seed('dated', datedFields, rows);
      const content = await readAll(await fresh.open('source'), 'dated');
      expect(content.bad).toEqual([]);
      expectSameRecords(project(content, datedFields), world.expectedRows(dated, datedFields, rows));
    });

    test('odd names are read', async () => {
      const odd = world.named(oddlyNamed);
      await using fresh = await world.fresh(odd);
      const fields = odd.fields.map(({ name }) => name);
      await fresh.plain.seed(odd.name, fields, [['1', 'a', 'b', 'c']]);
      const content = await readAll(await fresh.open('source'), odd.name);
      expectSameRecords(project(content, fields), world.expectedRows(odd, fields, [['1', 'a', 'b', 'c']]));
    });

    test('what was added or changed since a position is counted, or said not to be known', async () => {
      await using fresh = await world.fresh(people, keyless);
      await fresh.plain.seed('people', peopleFields, peopleRows(1, 5));
      const system = await fresh.open('source');
      const before = await changesOf(system, null);
      expect(await changesOf(system, before.position)).toMatchObject({ people: '0', notes: '0' });
      await fresh.plain.seed('people', peopleFields, peopleRows(6, 3));
      await fresh.plain.change('people', ['id', '2'], ['amount', '77']);
      const after = await changesOf(await fresh.open('source'), before.position);
      // Who cannot tell says so, and does not say that nothing was written.
      const told = world.connector.kind === 'postgres' ? { people: '4', notes: '0' } : { people: null };
      expect(after).toMatchObject(told);
      expect(after.position).not.toBe(before.position);
    });

    test('a batch holds no more records and about no more bytes than asked for', async () => {
      await using fresh = await world.fresh(people);
      const rows = peopleRows(1, 25).map(([id, , amount]): Row => [id!, 'n'.repeat(10_000), amount!]);
      await fresh.plain.seed('people', peopleFields, rows);
      const system = await fresh.open('source');
      const byRows = await readAll(system, 'people', { batchRowsMax: 10 });
      expect([byRows.rows.length, byRows.batches]).toEqual([25, 3]);
      const byBytes = await readAll(system, 'people', { batchBytesMax: 30_000 });
      expect(byBytes.rows.length).toBe(25);
      expect(byBytes.batches).toBeGreaterThanOrEqual(6);
    });

    test('others have their turn while records are read, so that a request to stop is heard', async () => {
      await using fresh = await world.fresh(people);
      await fresh.plain.seed('people', peopleFields, peopleRows(1, 500));
      const system = await fresh.open('source');
      const relation = await relationIn(system, 'people');
      await using snapshot = await system.reads.snapshot();
      let turns = 0;
      const waiting = setImmediate(() => {
        turns += 1;
      });
      for await (const batch of snapshot.read(relation, wholeRelation, { batchRowsMax: 50 }))
        expect(batch.bad).toEqual([]);
      clearImmediate(waiting);
      expect(turns).toBeGreaterThan(0);
    });

    test('counts are exact, also of nothing', async () => {
      await using fresh = await world.fresh(people, keyless);
      await fresh.plain.seed('people', peopleFields, peopleRows(1, 1234));
      const system = await fresh.open('source');
      await using snapshot = await system.reads.snapshot();
      expect(await snapshot.count(await relationIn(system, 'people'))).toBe('1234');
      expect(await snapshot.count(await relationIn(system, 'notes'))).toBe('0');
    });

    test('leaving a read early leaves the snapshot usable', async () => {
      await using fresh = await world.fresh(people);
      await fresh.plain.seed('people', peopleFields, peopleRows(1, 50));
      const system = await fresh.open('source');
      const relation = await relationIn(system, 'people');
      await using snapshot = await system.reads.snapshot();
      for await (const batch of snapshot.read(relation, wholeRelation, { batchRowsMax: 5 })) {
        expect(batch.rows.length).toBe(5);
        break;
      }
      expect((await collect(snapshot.read(relation, wholeRelation))).rows.length).toBe(50);
    });

    test('two reads in one snapshot do not disturb each other', async () => {
      await using fresh = await world.fresh(people, keyless);
      await fresh.plain.seed('people', peopleFields, peopleRows(1, 50));
      await fresh.plain.seed('notes', ['word', 'number'], [['a', '1']]);
      const system = await fresh.open('source');
      const relation = await relationIn(system, 'people');
      await using snapshot = await system.reads.snapshot();
      let rows = 0;
      for await (const batch of snapshot.read(relation, wholeRelation, { batchRowsMax: 20 })) {
        rows += batch.rows.length;
        const found = await collect(snapshot.fetch(relation, ['id'], [['7']]));
        expect(found.rows.length).toBe(1);
      }
      expect(rows).toBe(50);
    });

    test('the position moves when the data does', async () => {
      await using fresh = await world.fresh(people);
      const system = await fresh.open('source');
      const positions: string[] = [];
      for (const rows of [peopleRows(1, 3), peopleRows(10, 3)]) {
        await fresh.plain.seed('people', peopleFields, rows);
        await using snapshot = await system.reads.snapshot();
        positions.push(snapshot.position);
      }
      expect(positions[0]).not.toBe('');
      expect(positions[1]).not.toBe(positions[0]);
    });

    test('a snapshot says whether it is consistent', async () => {
      await using fresh = await world.fresh(people);
      await using snapshot = await (await fresh.open('source')).reads.snapshot();
      expect(snapshot.consistent).toBe(world.can('consistent-snapshot'));
    });

    world.withAbility('consistent-snapshot', () => {
      test('what others write meanwhile is not seen, and is seen by the next snapshot', async () => {
        await using fresh = await world.fresh(people);
        await fresh.plain.seed('people', peopleFields, peopleRows(1, 3));
        const system = await fresh.open('source');
        const relation = await relationIn(system, 'people');
        {
          await using snapshot = await system.reads.snapshot();
          await fresh.plain.seed('people', peopleFields, peopleRows(4, 3));
          expect(await snapshot.count(relation)).toBe('3');
          expect((await collect(snapshot.read(relation, wholeRelation))).rows.length).toBe(3);
        }
        await using later = await system.reads.snapshot();
        expect(await later.count(relation)).toBe('6');
      });
    });

    badRecords(world);
    fetching(world);
  });
}

function badRecords<Address>(world: ContractWorld<Address>): void {
  const { noBadRecords } = world.setup;
  if (noBadRecords !== undefined) {
    test('records that cannot be read: this system cannot hold any, and says why', () => {
      expect(noBadRecords.trim().length).toBeGreaterThan(20);
    });
    return;
  }
  test('a record that cannot be read is counted, located and kept, and takes no other with it', async () => {
    await using fresh = await world.fresh(people);
    await fresh.plain.seed('people', peopleFields, peopleRows(1, 5));
    await fresh.plain.damage!('people');
    const system = await fresh.open('source');
    const content = await readAll(system, 'people');
    expect(content.rows.length).toBe(5);
    expect(content.bad.length).toBe(1);
    const [bad] = content.bad;
    expect(bad?.where).not.toBe('');
    expect(bad?.original.length).toBeGreaterThan(0);
    expect(bad?.code).toMatch(/^[a-z]+\.[a-z-]+$/);
    expect(bad?.message).not.toBe('');
    await using snapshot = await system.reads.snapshot();
    expect(await snapshot.count(content.relation)).toBe('6');
  });
}

function fetching<Address>(world: ContractWorld<Address>): void {
  test('fetch finds by any fields, each record once, and nothing for what is not there', async () => {
    await using fresh = await world.fresh(people);
    const twice: Row[] = [...peopleRows(1, 9), ['10', 'person 3', '7']];
    await fresh.plain.seed('people', peopleFields, twice);
    const system = await fresh.open('source');
    const relation = await relationIn(system, 'people');
    await using snapshot = await system.reads.snapshot();
    const ids = async (fields: readonly string[], keys: readonly Row[]): Promise<string[]> =>
      project(await collect(snapshot.fetch(relation, fields, keys)), ['id'])
        .map(([id]) => String(id))
        .sort();
    expect(await ids(['name'], [['person 3'], ['person 5'], ['nobody'], ['person 5']])).toEqual([
      '10',
      '3',
      '5',
    ]);
    const amount = world.expected({ kind: 'integer', bits: 64, signed: true }, '30')!;
    expect(
      await ids(
        ['name', 'amount'],
        [
          ['person 3', amount],
          ['person 4', amount],
        ],
      ),
    ).toEqual(['3']);
    expect(await ids(['id'], [])).toEqual([]);
    const thousand = Array.from({ length: 1000 }, (_nothing, at): Row => [`person ${at + 1}`]);
    expect((await ids(['name'], thousand)).length).toBe(10);
  });
}

/** Changes of both relations since a position, none being asked for where it is null, and the position now. */
async function changesOf(
  system: OpenSystem,
  since: Position | null,
): Promise<{ people: string | null; notes: string | null; position: Position }> {
  const relations = [await relationIn(system, 'people'), await relationIn(system, 'notes')] as const;
  await using snapshot = await system.reads.snapshot();
  const [of, earlier] = [relations, since ?? snapshot.position];
  return {
    people: await snapshot.changedSince(of[0], earlier),
    notes: await snapshot.changedSince(of[1], earlier),
    position: snapshot.position,
  };
}
