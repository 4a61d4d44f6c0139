import { type Field, findRelation, type Key, type Relation, type Schema } from '../model/index.ts';
import type { SandboxHolds } from './creates.ts';

/** What a sandbox is made of. */
export interface SandboxStructure {
  /** The live schema, with what is only referred to reduced to what references need. */
  readonly schema: Schema;
  /** Relations that are rehearsed: created as they are. */
  readonly rehearsed: readonly string[];
  /** Relations that nobody fills and rehearsed ones refer to (countries, states): their records come along. */
  readonly referredTo: readonly Relation[];
  /** Relations of the sandbox that get the records of the live ones. */
  readonly filled: readonly Relation[];
}

/**
 * A record that refers to one that is there already has to find it in the sandbox too. Of such a relation only records, primary
 * key and the keys that references lead to are needed: its own references could point at relations that are empty in the
 * sandbox, its defaults, rules and indexes out of it.
 */
export function sandboxStructure(
  schema: Schema,
  rehearsed: readonly string[],
  holds: SandboxHolds = 'nothing',
): SandboxStructure {
  const wanted = new Map<string, Key[]>();
  for (const name of rehearsed)
    for (const { references } of findRelation(schema, name)?.foreignKeys ?? []) {
      if (rehearsed.includes(references.relation)) continue;
      const keys = wanted.get(references.relation) ?? [];
      const known = keys.some((key) => sameFields(key.fields, references.fields));
      if (!known) keys.push(keyOf(references.relation, references.fields, keys.length + 1));
      wanted.set(references.relation, keys);
    }
  const referredTo = schema.relations
    .filter(({ name, kind }) => wanted.has(name) && kind !== 'view')
    .map((relation) => reduced(relation, wanted.get(relation.name) ?? []));
  const instead = new Map(referredTo.map((relation) => [relation.name, relation]));
  return {
    schema: {
      ...schema,
      relations: schema.relations.map((relation) => instead.get(relation.name) ?? relation),
      objects: schema.objects.filter(({ kind, name }) => kind !== 'partition' || !instead.has(name)),
    },
    rehearsed,
    referredTo,
    filled: [...referredTo, ...(holds === 'records' ? ownRecords(schema, rehearsed) : [])],
  };
}

function ownRecords({ relations }: Schema, names: readonly string[]): readonly Relation[] {
  return relations.filter(({ name, kind }) => names.includes(name) && kind !== 'view');
}

function keyOf(relation: string, fields: readonly string[], number: number): Key {
  return { name: `${relation}_referred_${number}`, fields, deferrable: false };
}

/** A system's own text (it may say how keys are compared) is kept where it speaks of no other relation. */
function reduced(relation: Relation, keys: readonly Key[]): Relation {
  const { definition, primaryKey, ...rest } = relation;
  if (definition !== undefined && relation.foreignKeys.length === 0) return relation;
  return {
    ...rest,
    kind: 'table',
    primaryKey,
    uniques: keys.filter(({ fields }) => primaryKey === null || !sameFields(fields, primaryKey.fields)),
    fields: relation.fields.filter(({ synthetic }) => !synthetic).map(plain),
    foreignKeys: [],
    indexes: [],
    checks: [],
    comment: null,
  };
}

function plain(field: Field): Field {
  return { ...field, default: null, generated: 'no', comment: null };
}

function sameFields(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((field, at) => field === b[at]);
}
