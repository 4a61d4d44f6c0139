import { describe, expect, test } from 'vitest';
import { type Relation, recordKey } from '../../model/index.ts';
import { type ContractWorld, relationIn } from './contract-world.contract.ts';
import { awkward, companies, contacts, keyless, oddlyNamed, people } from './neutral-relations.contract.ts';
import { peopleFields, peopleRows, writeRows, writesOf } from './write-slices.contract.ts';

export function contractOfInspecting<Address>(world: ContractWorld<Address>): void {
  describe('inspecting', () => {
    test('the same system gives the same bytes', async () => {
      const all = [people, companies, contacts, keyless, world.named(oddlyNamed), awkward];
      await using fresh = await world.fresh(...all);
      const first = JSON.stringify(await (await fresh.open('source')).inspects.inspect());
      const second = JSON.stringify(await (await fresh.open('target')).inspects.inspect());
      expect(second).toBe(first);
    });

    test('relations are sorted, fields have the names and each record can be named', async () => {
      const all = [people, companies, contacts, keyless, world.named(oddlyNamed)];
      await using fresh = await world.fresh(...all);
      const schema = await (await fresh.open('source')).inspects.inspect();
      expect(schema.kind).toBe(world.connector.kind);
      const names = schema.relations.map(({ name }) => name);
      expect(names).toEqual([...names].sort());
      for (const expected of all) {
        const relation = schema.relations.find(({ name }) => name === expected.name)!;
        const real = relation.fields.filter(({ synthetic }) => !synthetic).map(({ name }) => name);
        expect(real).toEqual(expected.fields.map(({ name }) => name));
        expectNameable(relation);
      }
    });

    test('an empty system has no relations', async () => {
      await using fresh = await world.fresh();
      expect((await (await fresh.open('source')).inspects.inspect()).relations).toEqual([]);
    });

    world.withAbility('constraints', () => {
      test('keys, references, required fields and checks are seen', async () => {
        await using fresh = await world.fresh(companies, contacts);
        const relation = await relationIn(await fresh.open('source'), 'contacts');
        expect(relation.primaryKey?.fields).toEqual(['id']);
        expect(relation.identity).toEqual(['id']);
        expect(relation.uniques.map(({ fields }) => fields)).toEqual([['email']]);
        const [reference] = relation.foreignKeys;
        expect(reference?.fields).toEqual(['company_id']);
        expect(reference?.references).toEqual({ relation: 'companies', fields: ['id'] });
        expect(relation.checks.map(({ definition }) => definition).join()).toContain('age');
        expect(relation.fields.map(({ nullable }) => nullable)).toEqual([false, false, true, true]);
      });
    });

    world.withAbility('write', () => {
      test('its own bookkeeping is left out', async () => {
        await using fresh = await world.fresh(people);
        const system = await fresh.open('target');
        const before = await system.inspects.inspect();
        await writeRows(system, 'people', { fields: peopleFields, rows: peopleRows(1, 3) });
        await writesOf(system).finish('run-1');
        const after = await system.inspects.inspect();
        expect(withoutSizes(after.relations)).toEqual(withoutSizes(before.relations));
        expect(after.objects).toEqual(before.objects);
      });
    });
  });
}

function expectNameable(relation: Relation): void {
  expect(relation.identity.length).toBeGreaterThan(0);
  for (const name of relation.identity) expect(relation.fields.map((field) => field.name)).toContain(name);
  const keyed = relation.primaryKey !== null;
  const synthetic = relation.fields.filter((field) => field.synthetic).map(({ name }) => name);
  if (!keyed && relation.uniques.length === 0)
    expect(recordKey(relation.identity)).toBe(recordKey(synthetic));
}

function withoutSizes(relations: readonly Relation[]): unknown[] {
  return relations.map(({ rowsEstimate: _rows, bytes: _bytes, ...rest }) => rest);
}
