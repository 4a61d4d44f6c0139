import type { Completion, Relation, Schema, SchemaObject } from '../../model/index.ts';
import { wholeIndex } from './completions.ts';

/** What hangs on relations and their parts and is made with them, in the system's own words. */
export interface HungObjects {
  /** Before the records: constraints of parts, how things are stored, statistics. */
  readonly first: readonly SchemaObject[];
  /** Indexes that only a part has. */
  readonly indexes: readonly SchemaObject[];
  /** What speaks of an index or a constraint, and so comes behind all of them. */
  readonly last: readonly SchemaObject[];
}

const firstKinds: readonly SchemaObject['kind'][] = ['constraint', 'setting', 'statistics'];

export function hungObjects(schema: Schema, wanted: readonly Relation[]): HungObjects {
  const own = new Map(wanted.map((relation) => [relation.name, relation]));
  const cut = wanted.filter(({ kind }) => kind === 'partitioned-table').map(({ name }) => name);
  const parts = new Set(partsOf(schema, cut).map(({ name }) => name));
  const hung = schema.objects.filter(({ relation }) => own.has(relation ?? '') || parts.has(relation ?? ''));
  const ofKind = (...kinds: readonly SchemaObject['kind'][]): SchemaObject[] =>
    hung.filter(({ kind }) => kinds.includes(kind));
  const known = new Map(
    Array.from(
      Map.groupBy(hung, ({ relation }) => String(relation)),
      ([name, objects]) => [name, namesOn(own.get(name), objects)],
    ),
  );
  const keepers = new Set(
    wanted.flatMap(({ foreignKeys }) =>
      foreignKeys.flatMap(
        ({ parts: by }) => by?.keptBy.map(({ relation, name }) => `${relation}\n${name}`) ?? [],
      ),
    ),
  );
  const isSaidOf = ({ kind, name, relation }: SchemaObject): boolean => {
    const names = known.get(relation ?? '');
    if (kind === 'index-setting') return names?.indexes.some((index) => name.endsWith(` ${index}`)) ?? false;
    const [what, ...rest] = name.split(' ');
    const called = rest.join(' ');
    if (what === 'index') return names?.indexes.includes(called) ?? false;
    if (what === 'constraint')
      return (names?.constraints.includes(called) ?? false) || keepers.has(`${relation}\n${called}`);
    return what === 'statistics' || what === 'table' || what === 'field';
  };
  return {
    first: ofKind(...firstKinds),
    indexes: ofKind('index'),
    last: ofKind('index-setting', 'comment').filter(isSaidOf),
  };
}

interface NamesOn {
  readonly indexes: readonly string[];
  readonly constraints: readonly string[];
}

/** The indexes and constraints a relation gets, or a part gets by itself. Those a part has of its whole the server names. */
function namesOn(relation: Relation | undefined, objects: readonly SchemaObject[]): NamesOn {
  const ofParts = (kind: SchemaObject['kind']): string[] =>
    objects.filter((object) => object.kind === kind).map(({ name }) => name);
  const keys = relation
    ? [...(relation.primaryKey ? [relation.primaryKey] : []), ...relation.uniques].map(({ name }) => name)
    : ofParts('constraint');
  const own = [...(relation?.foreignKeys ?? []), ...(relation?.checks ?? [])].map(({ name }) => name);
  return {
    indexes: [...keys, ...(relation?.indexes ?? []).map(({ name }) => name), ...ofParts('index')],
    constraints: [...keys, ...own],
  };
}

/** How these are cut, their parts, and the parts of those. */
export function partsOf(
  { objects }: Pick<Schema, 'objects'>,
  names: readonly string[],
): readonly SchemaObject[] {
  const parts = objects.filter(
    ({ kind, relation }) => kind === 'partition' && names.includes(relation ?? ''),
  );
  const below = parts.map(({ name }) => name).filter((name) => !names.includes(name));
  return below.length === 0 ? parts : [...parts, ...partsOf({ objects }, below)];
}

/** Comments on these objects, which go by their kind and name. */
export function commentsOn(
  schema: Pick<Schema, 'objects'>,
  made: readonly SchemaObject[],
): readonly SchemaObject[] {
  const subjects = new Set(made.map(({ kind, name }) => `${kind} ${name}`));
  return schema.objects.filter(({ kind, name, relation }) => {
    if (kind !== 'comment' || relation !== null) return false;
    const of = / of ((?:composite|domain) .*)$/s.exec(name)?.[1];
    return subjects.has(name) || (of !== undefined && subjects.has(of));
  });
}

export function hungCompletions({ indexes, last }: HungObjects): readonly Completion[] {
  const completion = (
    stage: Completion['stage'],
    { name, relation, definition }: SchemaObject,
  ): Completion => ({
    stage,
    relation: relation ?? '',
    name,
    references: null,
    statement: definition ?? '',
  });
  return [
    ...indexes.map((one) => ({ ...completion('build', one), statement: wholeIndex(one.definition ?? '') })),
    ...last.map((one) => completion('settle', one)),
  ];
}

/** Comments on the counters of identity fields, which are there once their relation is. */
export function counterComments(schema: Schema, wanted: readonly Relation[]): readonly SchemaObject[] {
  const own = new Set(
    wanted.flatMap(({ name: relation, fields }) =>
      fields.flatMap(({ counter }) => (counter ? [`${relation}\n${counter.name}`] : [])),
    ),
  );
  const counters = schema.objects.filter(
    ({ kind, name, relation }) => kind === 'sequence' && own.has(`${relation}\n${name}`),
  );
  return commentsOn(schema, counters);
}
