import type { Field, FieldType, Relation, Schema } from '../model/index.ts';

/**
 * What of these relations is not as it was, a line for each difference, in the order of the relations: everything that
 * `structureDigest` counts. Estimates, sizes and comments are no change.
 */
export function structureChanges(
  before: Schema,
  after: Schema,
  relations: readonly string[],
): readonly string[] {
  return relations.flatMap((name) => {
    const [then, now] = [before, after].map((schema) => schema.relations.find((one) => one.name === name));
    if (then === undefined) return now === undefined ? [] : [`${name} is new`];
    if (now === undefined) return [`${name} is gone`];
    return [...relationChanges(then, now), ...aroundChanges(name, before, after)];
  });
}

function relationChanges(then: Relation, now: Relation): readonly string[] {
  const { name } = then;
  const kind = then.kind === now.kind ? [] : [`${name} was a ${then.kind}, is a ${now.kind}`];
  return [
    ...kind,
    ...fieldChanges(name, then.fields, now.fields),
    ...partChanges(name, 'the primary key', named(then.primaryKey), named(now.primaryKey)),
    ...partChanges(name, 'the unique key', then.uniques, now.uniques),
    ...partChanges(name, 'the foreign key', then.foreignKeys, now.foreignKeys),
    ...partChanges(name, 'the index', then.indexes, now.indexes),
    ...partChanges(name, 'the check', then.checks, now.checks),
  ];
}

function named<Item>(item: Item | null): readonly Item[] {
  return item === null ? [] : [item];
}

function fieldChanges(relation: string, then: readonly Field[], now: readonly Field[]): readonly string[] {
  const gone = then.filter(({ name }) => !now.some((field) => field.name === name));
  const order = (fields: readonly Field[]): string =>
    fields.flatMap(({ name }) => (gone.some((one) => one.name === name) ? [] : [name])).join();
  const kept = now.filter(({ name }) => then.some((field) => field.name === name));
  return [
    ...gone.map(({ name }) => `${relation}.${name} is gone`),
    ...now.flatMap((field) => {
      const old = then.find(({ name }) => name === field.name);
      const added = `${relation}.${field.name} is new (${describeField(field)})`;
      return old === undefined ? [added] : changeOf(relation, old, field);
    }),
    ...(order(then) === order(kept) ? [] : [`the fields of ${relation} stand in another order`]),
  ];
}

function changeOf(relation: string, then: Field, now: Field): readonly string[] {
  const [was, is] = [describeField(then), describeField(now)];
  if (was !== is && is === describeField({ ...then, nullable: false }))
    return [`${relation}.${now.name} is required since: null was allowed`];
  if (was !== is) return [`${relation}.${now.name} was ${was}, is ${is}`];
  if (same(then.type, now.type)) return [];
  const options = optionChanges(then.type, now.type);
  return [
    options === null
      ? `${relation}.${now.name} is still called ${now.native}, which now holds other values`
      : `${relation}.${now.name}: ${options}`,
  ];
}

const optionsShown = 10;

/** Which values of an enumeration went and came; null where something else is different. */
function optionChanges(then: FieldType, now: FieldType): string | null {
  if (then.kind !== 'enum' || now.kind !== 'enum') return null;
  const told = (verb: string, labels: readonly string[]): readonly string[] => {
    const more = labels.length > optionsShown ? ` and ${labels.length - optionsShown} more` : '';
    return labels.length === 0 ? [] : [`${labels.slice(0, optionsShown).join(', ')}${more} ${verb}`];
  };
  const words = [
    ...told(
      'cannot be chosen any more',
      then.labels.filter((label) => !now.labels.includes(label)),
    ),
    ...told(
      'can be chosen since',
      now.labels.filter((label) => !then.labels.includes(label)),
    ),
  ];
  return words.length === 0 ? null : words.join('; ');
}

function describeField({ native, nullable, default: preset, generated, counter, virtual }: Field): string {
  const words = [native === '' ? 'of no type' : native, nullable ? 'null allowed' : 'not null'];
  if (preset !== null) words.push(`default ${preset}`);
  if (generated !== 'no') words.push(`generated ${generated}${virtual ? ', not stored' : ''}`);
  if (counter !== undefined && counter.options !== '') words.push(`counts ${counter.options.toLowerCase()}`);
  return words.join(', ');
}

interface Named {
  readonly name: string;
  /** In words for people; null or absent where it is code. */
  readonly says?: string | null;
}

const saysOf = ({ says = null }: Named): string => (says === null ? '' : `: ${says}`);

function partChanges(
  relation: string,
  what: string,
  then: readonly Named[],
  now: readonly Named[],
): readonly string[] {
  const gone = then.filter(({ name }) => !now.some((part) => part.name === name));
  return [
    ...gone.map(({ name }) => `${what} ${name} of ${relation} is gone`),
    ...now.flatMap((part) => {
      const old = then.find(({ name }) => name === part.name);
      if (old === undefined) return [`${what} ${part.name} of ${relation} is new${saysOf(part)}`];
      return same(old, part)
        ? []
        : [`${what} ${part.name} of ${relation} says something else${saysOf(part)}`];
    }),
  ];
}

/** Triggers, rules, policies and whatever else hangs on a relation. */
function aroundChanges(relation: string, before: Schema, after: Schema): readonly string[] {
  const around = ({ objects }: Schema): readonly Named[] =>
    objects.flatMap(({ kind, name, relation: on, definition }) =>
      on === relation
        ? [{ name: `${kind} ${name}`, definition, says: kind === 'property' ? definition : null }]
        : [],
    );
  return partChanges(relation, 'the', around(before), around(after));
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
