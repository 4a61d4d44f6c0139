import { describe, expect, test } from 'vitest';
import {
  integer64,
  type RecordKey,
  type Relation,
  type Row,
  recordKey,
  textUnlimited,
} from '../../model/index.ts';
import type { KeptSource, WriteRecord } from '../port.ts';
import { type ContractWorld, relationIn } from './contract-world.contract.ts';
import { keyOf, people, table } from './neutral-relations.contract.ts';
import {
  countsFor,
  peopleFields,
  peopleRows,
  run,
  sourceKeyOf,
  step,
  writeRows,
  writesOf,
} from './write-slices.contract.ts';

/** `id` is given by the system where it is not written. */
const numbered: Relation = (() => {
  const relation = table('numbered', { id: integer64, name: textUnlimited }, { primaryKey: keyOf('id') });
  const fields = relation.fields.map((field) =>
    field.name === 'id' ? { ...field, generated: 'identity-default' as const } : field,
  );
  return { ...relation, fields };
})();

export function contractOfIds<Address>(world: ContractWorld<Address>): void {
  describe('new ids for old', () => {
    test('keys that are written are captured and found again, also later', async () => {
      await using fresh = await world.fresh(people);
      const wanted = { fields: peopleFields, rows: peopleRows(1, 5), captureIds: true, object: 'contact' };
      await writeRows(await fresh.open('target'), 'people', wanted);
      await fresh.closeAll();
      const asked = [sourceKeyOf(0, 0), sourceKeyOf(0, 4), recordKey(['nobody'])];
      const writes = writesOf(await fresh.open('target'));
      const found = await writes.resolve(run, 'contact', asked);
      expect([...found]).toEqual([
        [sourceKeyOf(0, 0), ['1']],
        [sourceKeyOf(0, 4), ['5']],
      ]);
      expect((await writes.resolve(run, 'other object', asked)).size).toBe(0);
      expect((await writes.resolve('other run', 'contact', asked)).size).toBe(0);
    });

    test('nothing is captured unless asked, nor for a slice that failed', async () => {
      await using fresh = await world.fresh(people);
      const system = await fresh.open('target');
      await writeRows(system, 'people', { fields: peopleFields, rows: peopleRows(1, 2) });
      const fail = async (): Promise<never> => {
        throw new RangeError('no');
      };
      const failing = { fields: peopleFields, rows: peopleRows(5, 2), captureIds: true, slice: 1 };
      await expect(writeRows(system, 'people', { ...failing, beforeCommit: fail })).rejects.toThrow('no');
      const asked = [sourceKeyOf(0, 0), sourceKeyOf(1, 0)];
      expect((await writesOf(system).resolve(run, 'people', asked)).size).toBe(0);
    });

    test('a captured id is told with its slice, from the old record and from the new one', async () => {
      await using fresh = await world.fresh(people);
      const system = await fresh.open('target');
      const wanted = { fields: peopleFields, captureIds: true, object: 'contact' };
      await writeRows(system, 'people', { ...wanted, rows: peopleRows(1, 6) });
      await writeRows(system, 'people', { ...wanted, rows: peopleRows(7, 3), slice: 1 });
      await fresh.closeAll();
      const writes = writesOf(await fresh.open('target'));
      const of = { run, object: 'contact', most: 10 };
      const seen = new Set<string>();
      for (const [slice, place] of [
        [0, 0],
        [0, 5],
        [1, 2],
      ] as const) {
        const key = sourceKeyOf(slice, place);
        const [kept, ...more] = await writes.keptIds({ ...of, source: key });
        expect({ step: kept?.step, slice: kept?.slice, more }).toEqual({ step, slice, more: [] });
        const target = kept?.targetKey ?? [];
        seen.add(recordKey(target));
        const back = await writes.keptIds({ ...of, target });
        expect(back.map((one) => [one.step, one.slice, one.targetKey])).toEqual([[step, slice, target]]);
        expect(back.map(({ source }) => isSource(source, key))).toEqual([true]);
        expect(back.map(({ source }) => isSource(source, sourceKeyOf(0, 1)))).toEqual([false]);
        for (const other of [{ object: 'other object' }, { run: 'other run' }, { most: 0 }]) {
          expect(await writes.keptIds({ ...of, ...other, source: key })).toEqual([]);
          expect(await writes.keptIds({ ...of, ...other, target })).toEqual([]);
        }
      }
      expect(seen.size).toBe(3);
      expect(await writes.keptIds({ ...of, source: recordKey(['nobody']) })).toEqual([]);
      expect(await writes.keptIds({ ...of, target: ['nobody'] })).toEqual([]);
    });

    test('resolving many at once', async () => {
      await using fresh = await world.fresh(people);
      const system = await fresh.open('target');
      await writeRows(system, 'people', {
        fields: peopleFields,
        rows: peopleRows(1, 3000),
        captureIds: true,
      });
      const asked = Array.from({ length: 3000 }, (_nothing, at) => sourceKeyOf(0, at));
      const found = await writesOf(system).resolve(run, 'people', asked);
      expect(found.size).toBe(3000);
      expect(found.get(sourceKeyOf(0, 2999))).toEqual(['3000']);
    });

    test('ids and slices can be asked for while a slice is being written', async () => {
      await using fresh = await world.fresh(people);
      const system = await fresh.open('target');
      expect(await writesOf(system).applied(run)).toEqual([]);
      await writeRows(system, 'people', { fields: peopleFields, rows: peopleRows(1, 8), captureIds: true });
      const relation = await relationIn(system, 'people');
      const found: unknown[] = [];
      // The engine asks for the ids of the next batch while the target still writes the one before it.
      async function* batches(): AsyncGenerator<readonly WriteRecord[]> {
        for (let at = 0; at < 4; at += 1) {
          found.push(
            (await writesOf(system).resolve(run, 'people', [sourceKeyOf(0, at)])).get(sourceKeyOf(0, at)),
          );
          yield peopleRows(20 + at * 500, 500).map((row, place) => ({
            sourceKey: sourceKeyOf(1, at * 500 + place),
            row,
          }));
        }
        found.push((await writesOf(system).applied(run)).map(({ slice }) => slice));
      }
      const request = { run, step: '05-asks', slice: 0, object: 'people', relation, mode: 'insert' } as const;
      const written = await writesOf(system).writeSlice({
        ...request,
        fields: peopleFields,
        key: ['id'],
        captureIds: true,
        batches: batches(),
        beforeCommit: async (refused) => countsFor(2_000, refused.length),
      });
      expect(written).toEqual({ applied: true, counts: countsFor(2_000, 0) });
      expect(found).toEqual([['1'], ['2'], ['3'], ['4'], [0]]);
    });

    world.withAbility('constraints', () => {
      test('a refused record has no new id', async () => {
        await using fresh = await world.fresh(people);
        await fresh.plain.seed('people', peopleFields, peopleRows(2, 1));
        const system = await fresh.open('target');
        await writeRows(system, 'people', { fields: peopleFields, rows: peopleRows(1, 3), captureIds: true });
        const asked = [0, 1, 2].map((place) => sourceKeyOf(0, place));
        const found = await writesOf(system).resolve(run, 'people', asked);
        expect([...found.keys()]).toEqual([asked[0], asked[2]]);
      });
    });

    world.withAbility('upsert', () => {
      test('a record that was there already gives its id too', async () => {
        await using fresh = await world.fresh(people);
        await fresh.plain.seed('people', peopleFields, peopleRows(2, 1));
        const system = await fresh.open('target');
        const wanted = {
          fields: peopleFields,
          rows: peopleRows(1, 3),
          captureIds: true,
          mode: 'upsert',
        } as const;
        await writeRows(system, 'people', wanted);
        const found = await writesOf(system).resolve(run, 'people', [sourceKeyOf(0, 1)]);
        expect(found.get(sourceKeyOf(0, 1))).toEqual(['2']);
      });
    });

    world.withAbility('assigns-ids', () => assignedIds(world));
  });
}

function isSource(source: KeptSource, key: RecordKey): boolean {
  return source.kind === 'key' ? source.key === key : source.is(key);
}

function assignedIds<Address>(world: ContractWorld<Address>): void {
  test('ids the system gives are captured', async () => {
    await using fresh = await world.fresh(numbered);
    const system = await fresh.open('target');
    const rows = ['ann', 'bob', 'cleo', 'dora', 'emil'].map((name): Row => [name]);
    await writeRows(system, 'numbered', { fields: ['name'], rows, captureIds: true, key: ['id'] });
    const asked = rows.map((_row, at) => sourceKeyOf(0, at));
    const found = await writesOf(system).resolve(run, 'people', asked);
    const stored = new Map(
      (await fresh.plain.rows('numbered', ['name', 'id'])).map(([name, id]) => [name, id]),
    );
    expect(rows.map(([name], at) => [name, found.get(sourceKeyOf(0, at))])).toEqual(
      rows.map(([name]) => [name, [stored.get(name ?? null)]]),
    );
    expect(new Set(stored.values()).size).toBe(5);
  });

  test('after sequences are advanced a new id is larger than all that were written', async () => {
    await using fresh = await world.fresh(numbered);
    const system = await fresh.open('target');
    await writeRows(system, 'numbered', {
      fields: ['id', 'name'],
      rows: [
        ['4000', 'ann'],
        ['17', 'bob'],
      ],
    });
    const said = await writesOf(system).advanceSequences([await relationIn(system, 'numbered')]);
    expect(Array.isArray(said)).toBe(true);
    await writeRows(system, 'numbered', { fields: ['name'], rows: [['cleo']], slice: 1, key: ['id'] });
    const ids = (await fresh.plain.rows('numbered', ['name', 'id'])).filter(([name]) => name === 'cleo');
    expect(BigInt(String(ids[0]?.[1]))).toBeGreaterThan(4000n);
  });
}
