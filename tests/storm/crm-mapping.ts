import { keyOf, reference, table } from '../../src/connectors/contract/neutral-relations.contract.ts';
import type { ObjectPlan } from '../../src/engine/index.ts';
import type { Environment, Transform, TransformOutcome } from '../../src/expressions/index.ts';
import {
  integer64,
  type Relation,
  type Row,
  type RunbookStep,
  recordKey,
  textUnlimited,
  type Value,
} from '../../src/model/index.ts';
import { companyFields, personFields } from './crm-records.ts';

/** How the small CRM is moved: its mapping by hand, so that the engine alone is tested. */
export interface CrmShape {
  /** Of people: added, or found by their id. */
  readonly mode: 'append' | 'upsert';
  /** Whether the target itself keeps these references. */
  readonly firmKept: boolean;
  readonly managerKept: boolean;
}

/** What a person may change between two tries. */
export interface CrmRules {
  /** The mapping says what an age that nobody can read becomes. */
  readonly ageMended: boolean;
}

export const companies: Relation = table(
  'companies',
  { id: integer64, title: textUnlimited, kind: textUnlimited },
  { primaryKey: keyOf('id') },
);

export const people: Relation = table(
  'people',
  {
    id: integer64,
    company_id: integer64,
    email: textUnlimited,
    name: textUnlimited,
    age: textUnlimited,
    manager_id: integer64,
  },
  { primaryKey: keyOf('id') },
);

/** The target gives the new ids. */
export const firms: Relation = counted(
  table(
    'firms',
    { id: integer64, title: textUnlimited, legacy: integer64 },
    { primaryKey: keyOf('id'), required: ['title'] },
  ),
);

export const nicknames: Relation = table(
  'nicknames',
  { person_id: integer64, place: integer64, name: textUnlimited },
  {
    primaryKey: keyOf('person_id', 'place'),
    checks: [{ name: 'polite', definition: "CHECK (name <> 'rude')" }],
  },
);

export function personsOf({ firmKept, managerKept }: CrmShape): Relation {
  return table(
    'persons',
    {
      id: integer64,
      firm_id: integer64,
      email: textUnlimited,
      name: textUnlimited,
      age: integer64,
      manager_id: integer64,
      note: textUnlimited,
    },
    {
      primaryKey: keyOf('id'),
      required: ['email'],
      uniques: [keyOf('email')],
      checks: [{ name: 'age_positive', definition: 'CHECK (age >= 0)' }],
      foreignKeys: [
        ...(firmKept ? [reference('firm_id', 'firms')] : []),
        ...(managerKept ? [reference('manager_id', 'persons')] : []),
      ],
    },
  );
}

function counted(relation: Relation): Relation {
  const fields = relation.fields.map((field) =>
    field.name === 'id' ? { ...field, generated: 'identity-default' as const } : field,
  );
  return { ...relation, fields };
}

const step = (id: string, action: RunbookStep['action']): RunbookStep => ({
  id,
  title: id,
  action,
  shows: [],
  check: 'counts',
  stopPoint: null,
  rollback: null,
  irreversible: false,
  approver: 'anyone',
  rehearsedMs: null,
});

export const copyFirms: RunbookStep = step('02-copy-firm', { kind: 'copy', object: 'firm', deferred: [] });
export const copyPersons: RunbookStep = step('03-copy-person', {
  kind: 'copy',
  object: 'person',
  deferred: ['manager_id'],
});
export const linkPersons: RunbookStep = step('04-link-person', {
  kind: 'link',
  object: 'person',
  fields: ['manager_id'],
});
export const copyNicknames: RunbookStep = step('05-copy-nickname', {
  kind: 'copy',
  object: 'nickname',
  deferred: [],
});

export const crmSteps: readonly RunbookStep[] = [
  step('01-check', { kind: 'check-target', objects: ['firm'] }),
  copyFirms,
  copyPersons,
  linkPersons,
  copyNicknames,
  step('06-sequences', { kind: 'advance-sequences', relations: ['firms'] }),
];

export function crmPlans(shape: CrmShape, rules: CrmRules): ReadonlyMap<string, ObjectPlan> {
  const persons = personsOf(shape);
  return new Map<string, ObjectPlan>([
    ['firm', plan('firm', companies, firms, 'append', ['id'], firm, firm, true)],
    ['person', plan('person', people, persons, shape.mode, ['id'], person(rules), manager, false)],
    [
      'nickname',
      plan('nickname', people, nicknames, 'append', ['person_id', 'place'], nickname, nickname, false),
    ],
  ]);
}

function plan(
  object: string,
  source: Relation,
  target: Relation,
  mode: ObjectPlan['mode'],
  key: readonly string[],
  copy: Transform,
  link: Transform,
  captureIds: boolean,
): ObjectPlan {
  return {
    object,
    source,
    target,
    mode,
    key,
    captureIds,
    copyTransform: () => copy,
    linkTransform: () => link,
  };
}

type PersonField = (typeof personFields)[number];
const ofPerson = (row: Row, field: PersonField): Value => row[personFields.indexOf(field)] ?? null;
const ofCompany = (row: Row, field: (typeof companyFields)[number]): Value =>
  row[companyFields.indexOf(field)] ?? null;

const firm: Transform = {
  object: 'firm',
  targetFields: ['title', 'legacy'],
  lookups: [],
  apply: (row) =>
    ofCompany(row, 'kind') === 'test'
      ? { kind: 'purged', rule: 0, reason: 'test company' }
      : { kind: 'records', rows: [[ofCompany(row, 'title'), ofCompany(row, 'id')]] },
};

function person({ ageMended }: CrmRules): Transform {
  return {
    object: 'person',
    targetFields: ['id', 'firm_id', 'email', 'name', 'age'],
    lookups: [{ object: 'firm', optional: false, keys: (row) => keyIn(row, 'company_id') }],
    apply: (row, environment) => {
      if (isTest(row)) return testAccount;
      const age = String(ofPerson(row, 'age'));
      const readable = /^-?\d+$/.test(age);
      if (!readable && !ageMended) return rejected('value.invalid', 'age');
      const firmId = lookedUp(environment, 'firm', keyIn(row, 'company_id'));
      if (firmId === undefined) return rejected('value.no-such-record', 'firm_id');
      const [id, email, name] = [ofPerson(row, 'id'), ofPerson(row, 'email'), ofPerson(row, 'name')];
      return { kind: 'records', rows: [[id, firmId, email, name, readable ? age : null]] };
    },
  };
}

const manager: Transform = {
  object: 'person',
  targetFields: ['id', 'manager_id'],
  lookups: [{ object: 'person', optional: false, keys: (row) => keyIn(row, 'manager_id') }],
  apply: (row, environment) => {
    if (isTest(row)) return testAccount;
    const id = lookedUp(environment, 'person', keyIn(row, 'manager_id'));
    if (id === undefined) return rejected('value.no-such-record', 'manager_id');
    return { kind: 'records', rows: [[ofPerson(row, 'id'), id]] };
  },
};

/** None, or three target rows for one record; the last of some is one that the target refuses. */
const nickname: Transform = {
  object: 'nickname',
  targetFields: ['person_id', 'place', 'name'],
  lookups: [],
  apply: (row) => {
    const id = String(ofPerson(row, 'id'));
    return { kind: 'records', rows: nicknamesOf(id).map((name, at) => [id, String(at + 1), name]) };
  },
};

export function nicknamesOf(id: string): readonly string[] {
  if (Number(id) % 10 === 0) return [];
  return ['long', 'old', Number(id) % 14 === 0 ? 'rude' : 'short'];
}

const testAccount: TransformOutcome = { kind: 'purged', rule: 0, reason: 'test account' };

function rejected(code: string, field: string): TransformOutcome {
  return { kind: 'rejected', code, message: code, field };
}

function isTest(row: Row): boolean {
  return String(ofPerson(row, 'email')).startsWith('test');
}

function keyIn(row: Row, field: PersonField): string[] {
  const value = ofPerson(row, field);
  return value === null ? [] : [recordKey([value])];
}

/** Null for no key, undefined for one that is not known. */
function lookedUp(environment: Environment, object: string, [key]: readonly string[]): Value | undefined {
  return key === undefined ? null : environment.lookup(object, key);
}
