import type { Transform, TransformOutcome } from '../expressions/index.ts';
import { type Relation, type Row, recordKey, type Value } from '../model/index.ts';
import type { ObjectPlan } from './object-plan.ts';

/** The mapping of the small CRM, written by hand: the engine must not care where a transform comes from. */

export interface CrmRelations {
  readonly companies: Relation;
  readonly people: Relation;
  readonly firms: Relation;
  readonly persons: Relation;
  readonly nicknames: Relation;
}

/** What a person may change between two tries. */
export interface CrmRules {
  /** False once the mapping says what an unreadable age becomes. */
  readonly ageOfText: boolean;
}

export function crmPlans(relations: CrmRelations, rules: CrmRules): ReadonlyMap<string, ObjectPlan> {
  return new Map([
    ['firm', firmPlan(relations)],
    ['person', personPlan(relations, rules)],
    ['nickname', nicknamePlan(relations)],
  ]);
}

type Read = (field: string) => Value;

function reader(relation: Relation): (row: Row) => Read {
  const places = new Map(relation.fields.map((field, place) => [field.name, place]));
  return (row) => (field) => row[places.get(field) ?? -1] ?? null;
}

/** The target gives the new ids: nothing but the title is written. */
function firmPlan({ companies, firms }: CrmRelations): ObjectPlan {
  const read = reader(companies);
  const transform: Transform = {
    object: 'firm',
    targetFields: ['title'],
    lookups: [],
    apply: (row) => ({ kind: 'records', rows: [[read(row)('title')]] }),
  };
  return {
    object: 'firm',
    source: companies,
    target: firms,
    mode: 'empty-only',
    key: ['id'],
    captureIds: true,
    copyTransform: () => transform,
    linkTransform: () => transform,
  };
}

function personPlan({ people, persons }: CrmRelations, rules: CrmRules): ObjectPlan {
  const read = reader(people);
  const keyOf = (row: Row, field: string): string[] => {
    const value = read(row)(field);
    return value === null ? [] : [recordKey([value])];
  };
  const purged = (row: Row): TransformOutcome | null =>
    String(read(row)('email')).startsWith('test')
      ? { kind: 'purged', rule: 0, reason: 'test account' }
      : null;
  const copy: Transform = {
    object: 'person',
    targetFields: ['id', 'firm_id', 'email', 'name', 'age'],
    lookups: [{ object: 'firm', optional: false, keys: (row) => keyOf(row, 'company_id') }],
    apply: (row, environment) => {
      const of = read(row);
      const age = String(of('age'));
      const readable = /^-?\d+$/.test(age);
      if (!readable && rules.ageOfText)
        return { kind: 'rejected', code: 'value.invalid', message: `not a number: ${age}`, field: 'age' };
      const [key] = keyOf(row, 'company_id');
      const firm = key === undefined ? null : environment.lookup('firm', key);
      if (firm === undefined)
        return { kind: 'rejected', code: 'value.no-such-record', message: 'no firm', field: 'firm_id' };
      const record = [of('id'), firm, of('email'), of('name'), readable ? age : null];
      return purged(row) ?? { kind: 'records', rows: [record] };
    },
  };
  const link: Transform = {
    object: 'person',
    targetFields: ['id', 'manager_id'],
    lookups: [{ object: 'person', optional: false, keys: (row) => keyOf(row, 'manager_id') }],
    apply: (row, environment) => {
      const [key] = keyOf(row, 'manager_id');
      const manager = key === undefined ? null : environment.lookup('person', key);
      if (purged(row)) return purged(row) as TransformOutcome;
      if (manager === undefined)
        return { kind: 'rejected', code: 'value.no-such-record', message: 'no manager', field: 'manager_id' };
      return { kind: 'records', rows: [[read(row)('id'), manager]] };
    },
  };
  return {
    object: 'person',
    source: people,
    target: persons,
    mode: 'empty-only',
    key: ['id'],
    captureIds: false,
    copyTransform: () => copy,
    linkTransform: () => link,
  };
}

/** Three target rows for one record; the last of each 23rd is refused. */
function nicknamePlan({ people, nicknames }: CrmRelations): ObjectPlan {
  const read = reader(people);
  const transform: Transform = {
    object: 'nickname',
    targetFields: ['person_id', 'place', 'name'],
    lookups: [],
    apply: (row) => {
      const id = String(read(row)('id'));
      const last = Number(id) % 46 === 0 ? 'rude' : 'short';
      const names = Number(id) % 10 === 0 ? [] : ['long', 'old', last];
      return { kind: 'records', rows: names.map((name, at) => [id, String(at + 1), name]) };
    },
  };
  return {
    object: 'nickname',
    source: people,
    target: nicknames,
    mode: 'append',
    key: ['person_id', 'place'],
    captureIds: false,
    copyTransform: () => transform,
    linkTransform: () => transform,
  };
}
