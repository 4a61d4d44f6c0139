import { expect, test } from 'vitest';
import { compileTransform, loadGrammar, type Scope } from '../expressions/index.ts';
import { integer64, type ObjectMapping } from '../model/index.ts';
import { CrmWorld, checkStep, copyFirms, copyPeople, linkPeople } from './crm-world.contract.ts';
import { executeStep, type ObjectPlan } from './index.ts';

/** The mapping of the small CRM as a person would write it, compiled. */

const field = (name: string, from: string): ObjectMapping['fields'][number] => ({
  field: name,
  from,
  values: null,
  unmatched: 'error',
  owner: null,
  note: null,
  line: null,
});

const common = { key: ['id'], mode: 'empty-only', create: false, each: null, leftBehind: [] } as const;
const plain = { owner: null, note: null, file: null } as const;

const firm: ObjectMapping = {
  ...common,
  ...plain,
  name: 'firm',
  source: 'companies',
  target: 'firms',
  purge: [],
  fields: [field('title', 'title')],
};

const person: ObjectMapping = {
  ...common,
  ...plain,
  name: 'person',
  source: 'people',
  target: 'persons',
  purge: [{ when: "email like 'test%'", reason: 'test account' }],
  fields: [
    field('id', 'id'),
    field('firm_id', 'lookup(firm, company_id)'),
    field('email', 'email'),
    field('name', 'name'),
    field('age', 'age::bigint'),
    field('manager_id', 'lookup(person, manager_id)'),
  ],
};

const lookups: Scope['lookups'] = new Map(
  ['firm', 'person'].map((object) => [object, { key: [integer64], id: integer64 }]),
);

function compiledPlans({ relations }: CrmWorld): ReadonlyMap<string, ObjectPlan> {
  const plan = (
    object: ObjectMapping,
    source: ObjectPlan['source'],
    target: ObjectPlan['target'],
  ): ObjectPlan => ({
    object: object.name,
    source,
    target,
    mode: object.mode,
    key: object.key,
    captureIds: true,
    copyTransform: (deferred) => compileTransform(object, source, target, lookups, { except: deferred }),
    linkTransform: (fields) => compileTransform(object, source, target, lookups, { only: ['id', ...fields] }),
  });
  return new Map([
    ['firm', plan(firm, relations.companies, relations.firms)],
    ['person', plan(person, relations.people, relations.persons)],
  ]);
}

test('a compiled mapping gives the target that one written by hand gives', async () => {
  await loadGrammar();
  await using compiled = await CrmWorld.make(200);
  await using byHand = await CrmWorld.make(200);
  for (const [world, plans] of [
    [compiled, compiledPlans(compiled)],
    [byHand, byHand.plans()],
  ] as const) {
    await using session = await world.session();
    for (const step of [checkStep, copyFirms, copyPeople, linkPeople])
      await executeStep(session, step, plans);
    expect((await world.numbers(session.journal)).map(({ unexplained }) => unexplained)).toEqual(['0', '0']);
  }
  expect(compiled.content()).toEqual(byHand.content());
  expect(compiled.content().length).toBeGreaterThan(120);
});
