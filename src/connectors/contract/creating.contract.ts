import { describe, expect, test } from 'vitest';
import { fingerprintText, type Relation, type Row, type Schema } from '../../model/index.ts';
import type { Creates, OpenSystem } from '../port.ts';
import { expectSameRecords } from './compare-values.contract.ts';
import { type ContractWorld, relationIn } from './contract-world.contract.ts';
import { awkward, companies, contacts, everyType, oddlyNamed, people } from './neutral-relations.contract.ts';
import { collect, wholeRelation } from './read-all.contract.ts';
import { peopleFields, peopleRows, run, step, writeRows } from './write-slices.contract.ts';

const sandbox = 'godwit_rehearsal';

const neutral = { formatVersion: 1, version: 'neutral', namespace: null, objects: [] } as const;

export function contractOfCreating<Address>(world: ContractWorld<Address>): void {
  describe('creating', () => {
    world.withAbility('create-relations', () => {
      test('what was inspected is created elsewhere just like it', async () => {
        await using from = await world.fresh(people, contacts, companies, world.named(oddlyNamed), awkward);
        await using to = await world.fresh();
        const schema = await (await from.open('source')).inspects.inspect();
        const target = await to.open('target');
        const names = schema.relations.map(({ name }) => name);
        const statements = createsOf(target).statements(schema, names);
        expect(statements.length).toBeGreaterThan(0);
        expect(createsOf(target).statements(schema, names)).toEqual(statements);
        await createsOf(target).create(statements);
        const created = await target.inspects.inspect();
        expect(withoutSizes(created.relations)).toEqual(withoutSizes(schema.relations));
      });

      test('the types of fields are known before they are created', async () => {
        await using to = await world.fresh();
        const target = await to.open('target');
        const creates = createsOf(target);
        const kind = world.connector.kind === 'postgres' ? 'sqlite' : 'postgres';
        const schema: Schema = { ...neutral, kind, relations: [everyType] };
        await creates.create(creates.statements(schema, [everyType.name]));
        const { fields } = await relationIn(target, everyType.name);
        const found = fields.filter(({ synthetic }) => !synthetic).map(({ name, type }) => [name, type]);
        expect(found).toEqual(everyType.fields.map(({ name, type }) => [name, creates.createdType(type)]));
      });
    });

    const undoing = (): void => {
      test('what was created is taken away again, unless it holds records', async () => {
        await using from = await world.fresh(people, contacts, companies);
        await using to = await world.fresh(awkward);
        const schema = await (await from.open('source')).inspects.inspect();
        const target = await to.open('target');
        const before = await target.inspects.inspect();
        const names = schema.relations.map(({ name }) => name);
        await createsOf(target).create(createsOf(target).statements(schema, names));
        const rows = peopleRows(1, 1);
        await writeRows(target, 'people', { fields: peopleFields, rows });
        await target.writes?.finish('run-1');
        expect(await createsOf(target).drop(names)).toEqual(['people']);
        expect((await target.inspects.inspect()).relations.length).toBe(
          before.relations.length + names.length,
        );
        await target.undoes?.undoSlice({
          run,
          step,
          slice: 0,
          relation: await relationIn(target, 'people'),
        });
        expect(await createsOf(target).drop([...names, 'never_there'])).toEqual([]);
        expect(withoutSizes((await target.inspects.inspect()).relations)).toEqual(
          withoutSizes(before.relations),
        );
        expect(await createsOf(target).drop(names)).toEqual([]);
      });
    };
    if (world.can('create-relations')) world.withAbility('undo', undoing);

    world.withAbility('sandbox', () => {
      test('a sandbox has the structure and none of the records, and is another system', async () => {
        await using fresh = await world.fresh(companies, contacts, people);
        await fresh.plain.seed('people', peopleFields, peopleRows(1, 3));
        const target = await fresh.open('target');
        const before = await target.inspects.inspect();
        await createsOf(target).createSandbox(sandbox, ['companies', 'contacts', 'people']);
        const inside = await fresh.open(
          'sandbox',
          world.connector.sandboxAddress(fresh.plain.address, sandbox),
        );
        expect(fingerprintText(await inside.fingerprint())).not.toBe(
          fingerprintText(await target.fingerprint()),
        );
        const structure = await inside.inspects.inspect();
        expect(withoutSizes(structure.relations)).toEqual(withoutSizes(before.relations));
        await writeRows(inside, 'people', { fields: peopleFields, rows: peopleRows(50, 2) });
        expectSameRecords(
          await fresh.plain.rows('people', peopleFields),
          world.expectedRows(people, peopleFields, peopleRows(1, 3)),
        );
        await createsOf(target).dropSandbox(sandbox);
        expect(withoutSizes((await target.inspects.inspect()).relations)).toEqual(
          withoutSizes(before.relations),
        );
      });

      test('creating it again empties it; dropping it twice is dropping it once', async () => {
        await using fresh = await world.fresh(people);
        const target = await fresh.open('target');
        await createsOf(target).createSandbox(sandbox, ['people']);
        const address = world.connector.sandboxAddress(fresh.plain.address, sandbox);
        const first = await fresh.open('sandbox', address);
        await writeRows(first, 'people', { fields: peopleFields, rows: peopleRows(1, 2) });
        await first[Symbol.asyncDispose]();
        await createsOf(target).createSandbox(sandbox, ['people']);
        const second = await fresh.open('sandbox', address);
        await using snapshot = await second.reads.snapshot();
        expect(await snapshot.count(await relationIn(second, 'people'))).toBe('0');
        await snapshot[Symbol.asyncDispose]();
        await second[Symbol.asyncDispose]();
        await createsOf(target).dropSandbox(sandbox);
        await createsOf(target).dropSandbox(sandbox);
      });

      test('it takes the records along where they are asked for, and writing there changes none of the live ones', async () => {
        await using fresh = await world.fresh(companies, contacts);
        const fields = ['id', 'email', 'age', 'company_id'];
        await fresh.plain.seed('companies', ['id', 'title'], [['7', 'Blue, "Sky"']]);
        await fresh.plain.seed('contacts', fields, [
          ['1', 'a@x.org', '5', '7'],
          ['2', 'b@x.org', null, null],
        ]);
        const target = await fresh.open('target');
        const before = await fresh.plain.rows('contacts', fields);
        // The one that refers comes first.
        await createsOf(target).createSandbox(sandbox, ['contacts', 'companies'], 'records');
        const address = world.connector.sandboxAddress(fresh.plain.address, sandbox);
        const inside = await fresh.open('sandbox', address);
        expect(await recordsIn(inside, 'contacts')).toEqual(await recordsIn(target, 'contacts'));
        expect(await recordsIn(inside, 'companies')).toEqual(await recordsIn(target, 'companies'));
        expect(withoutSizes((await inside.inspects.inspect()).relations)).toEqual(
          withoutSizes((await target.inspects.inspect()).relations),
        );
        await writeRows(inside, 'contacts', { fields, rows: [['3', 'c@x.org', '9', '7']] });
        await inside.writes?.finish('run-1');
        expect((await recordsIn(inside, 'contacts')).length).toBe(3);
        expectSameRecords(await fresh.plain.rows('contacts', fields), before);
        await inside[Symbol.asyncDispose]();
        await createsOf(target).dropSandbox(sandbox);
      });

      world.withAbility('constraints', () => {
        test('records that others only refer to come along', async () => {
          await using fresh = await world.fresh(companies, contacts);
          await fresh.plain.seed(
            'companies',
            ['id', 'title'],
            [
              ['7', 'Blue'],
              ['8', null],
            ],
          );
          const target = await fresh.open('target');
          await createsOf(target).createSandbox(sandbox, ['contacts']);
          const address = world.connector.sandboxAddress(fresh.plain.address, sandbox);
          const inside = await fresh.open('sandbox', address);
          const written = await writeRows(inside, 'contacts', {
            fields: ['id', 'email', 'company_id'],
            rows: [
              ['1', 'a@x.org', '7'],
              ['2', 'b@x.org', '9'],
            ],
          });
          expect(written.refused.map(({ code, row }) => [code, row[0]])).toEqual([
            ['target.foreign-key', '2'],
          ]);
          await using snapshot = await inside.reads.snapshot();
          expect(await snapshot.count(await relationIn(inside, 'companies'))).toBe('2');
          // Some systems keep what is being read from being dropped.
          await snapshot[Symbol.asyncDispose]();
          expect(await fresh.plain.rows('contacts', ['id'])).toEqual([]);
          await createsOf(target).dropSandbox(sandbox);
        });
      });

      test('only names that start with godwit_ are accepted', async () => {
        await using fresh = await world.fresh(people);
        const target = await fresh.open('target');
        for (const name of ['people', 'public', '../godwit_x', 'godwit_/../x', 'godwit_"; --', '']) {
          await expect(createsOf(target).createSandbox(name, ['people']), name).rejects.toMatchObject({
            fate: 'never',
          });
          await expect(createsOf(target).dropSandbox(name), name).rejects.toMatchObject({ fate: 'never' });
        }
      });
    });
  });
}

async function recordsIn(system: OpenSystem, name: string): Promise<readonly Row[]> {
  const relation = await relationIn(system, name);
  await using snapshot = await system.reads.snapshot();
  return (await collect(snapshot.read(relation, wholeRelation))).rows;
}

function createsOf(system: OpenSystem): Creates {
  if (system.creates === null) throw new Error('declared to create, but it does not');
  return system.creates;
}

function withoutSizes(relations: readonly Relation[]): unknown[] {
  return relations.map(({ rowsEstimate: _rows, bytes: _bytes, ...rest }) => rest);
}
