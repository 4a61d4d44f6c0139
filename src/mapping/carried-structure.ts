import type { Key, ObjectMapping, Relation, Schema } from '../model/index.ts';
import { copiedField } from './planned-target.ts';
import { quoteName } from './quote-name.ts';

/** What of a source relation does not come along into the relation that is made of it, and why not. */
export interface LeftOut {
  readonly kind:
    | 'key'
    | 'foreign-key'
    | 'index'
    | 'check'
    | 'default'
    | 'computed-field'
    | 'partition'
    /** A field that gets the next number by itself. */
    | 'numbering'
    /** How texts are compared and sorted. */
    | 'collation'
    | 'comment';
  readonly name: string;
  /** A clause for people, without a full stop. */
  readonly why: string;
}

/** Source field -> target field, for fields that are copied and nothing else. */
export type CopiedNames = ReadonlyMap<string, string>;

export interface CarriedStructure {
  readonly relation: Relation;
  /** The primary key, where it is not that of the source. */
  readonly chosenKey: Key | null;
  readonly left: readonly LeftOut[];
}

/** The structure of the source goes into what is created of it where both systems say it in the same words. */
export function carriesStructure(
  object: ObjectMapping,
  objects: readonly ObjectMapping[],
  source: Schema,
  target: Pick<Schema, 'kind'>,
): boolean {
  const from = source.relations.find(({ name }) => name === object.source);
  const alone = (side: 'source' | 'target'): boolean =>
    objects.filter((other) => other[side] === object[side]).length === 1;
  return (
    source.kind === 'postgres' &&
    target.kind === 'postgres' &&
    (from?.kind === 'table' || from?.kind === 'partitioned-table') &&
    object.create &&
    object.each === null &&
    alone('source') &&
    alone('target')
  );
}

export function copiedNames(object: ObjectMapping, source: Relation): CopiedNames {
  return new Map(
    object.fields.flatMap((mapped) => {
      const field = mapped.values ? undefined : copiedField(mapped.from.trim(), source);
      return field ? [[field.name, mapped.field] as const] : [];
    }),
  );
}

/**
 * A planned relation with the keys, indexes, checks, defaults and computed fields of its source. What names several fields
 * comes along when all of them are copied; what is a text of the system's own, when they also keep their names. References
 * need the other relations: see `carriedReferences`.
 */
export function carriedStructure(
  object: ObjectMapping,
  source: Relation,
  planned: Relation,
): CarriedStructure {
  const copied = copiedNames(object, source);
  const left: LeftOut[] = [];
  const fields = carriedFields(planned, source, copied, object, left);
  const keys = carriedKeys(object, source, planned, copied, left);
  const kept = new Set(fields.flatMap(({ name, generated }) => (generated === 'computed' ? [name] : [])));
  for (const [from, to] of copied) if (from === to) kept.add(from);
  const texts = carriedTexts(object, source, kept, left);
  const whole = { ...planned, ...keys, ...texts, fields, comment: source.comment ?? planned.comment };
  return {
    relation: { ...whole, kind: carriedKind(object, source, copied, left) },
    chosenKey: keys.primaryKey === planned.primaryKey ? planned.primaryKey : null,
    left,
  };
}

function carriedFields(
  planned: Relation,
  source: Relation,
  copied: CopiedNames,
  object: ObjectMapping,
  left: LeftOut[],
): Relation['fields'] {
  const from = new Map(source.fields.map((field) => [copied.get(field.name), field]));
  const own = planned.fields.map((field) => {
    const copy = from.get(field.name);
    // Without a word of the source the target chooses how the type is spelled.
    if (copy === undefined) return { ...field, native: '' };
    const { type, native, generated, comment } = copy;
    const kept = { ...field, type, native, comment: field.comment ?? comment };
    return generated === 'computed' ? kept : { ...kept, generated, default: copy.default };
  });
  const unchanged = new Set([...copied].flatMap(([name, now]) => (name === now ? [name] : [])));
  const computed = source.fields.filter(
    ({ name, generated, synthetic }) => generated === 'computed' && !synthetic && !copied.has(name),
  );
  const coming = computed.filter((field) => {
    const said = object.leftBehind.some((one) => one.field === field.name);
    const taken = planned.fields.some(({ name }) => name === field.name);
    if (!said && !taken && keepsNames(field.default ?? '', source, unchanged)) return true;
    const why = said ? 'the mapping leaves it behind' : 'a field it is computed from does not come as it is';
    left.push({ kind: 'computed-field', name: field.name, why });
    return false;
  });
  return inOrderOf(source, copied, [...own, ...coming]);
}

/** Computed fields stand where they stood. */
function inOrderOf(source: Relation, copied: CopiedNames, fields: Relation['fields']): Relation['fields'] {
  const place = new Map(source.fields.map(({ name }, at) => [copied.get(name) ?? name, at]));
  const computed = fields.filter(({ generated }) => generated === 'computed');
  const others = fields.filter(({ generated }) => generated !== 'computed');
  for (const field of computed) {
    const at = others.findIndex(({ name }) => (place.get(name) ?? -1) > (place.get(field.name) ?? 0));
    others.splice(at === -1 ? others.length : at, 0, field);
  }
  return others;
}

function carriedKeys(
  object: ObjectMapping,
  source: Relation,
  planned: Relation,
  copied: CopiedNames,
  left: LeftOut[],
): Pick<Relation, 'primaryKey' | 'uniques' | 'identity'> {
  const renamed = (key: Key): Key | null => {
    const fields = key.fields.flatMap((field) => copied.get(field) ?? []);
    if (fields.length === key.fields.length) return { ...key, fields };
    left.push({ kind: 'key', name: key.name, why: 'one of its fields is not copied as it is' });
    return null;
  };
  const own = source.primaryKey && renamed(source.primaryKey);
  const same = own && sameNames(own.fields, object.key);
  const primaryKey = same || object.key.length === 0 ? own : planned.primaryKey;
  const others = source.uniques.flatMap((key) => renamed(key) ?? []);
  return {
    primaryKey,
    uniques: own && primaryKey !== own ? [own, ...others] : others,
    identity: primaryKey?.fields ?? planned.identity,
  };
}

function carriedTexts(
  object: ObjectMapping,
  source: Relation,
  kept: ReadonlySet<string>,
  left: LeftOut[],
): Pick<Relation, 'indexes' | 'checks'> {
  const keeps = (kind: LeftOut['kind'], name: string, text: string): boolean => {
    if (keepsNames(text, source, kept)) return true;
    left.push({ kind, name, why: 'a field it names is not copied under its own name' });
    return false;
  };
  const keyNames = new Set([source.primaryKey, ...source.uniques].map((key) => key?.name));
  return {
    // The index of a key is made of the key where its text no longer fits.
    indexes: source.indexes
      .filter(({ name, definition }) =>
        keyNames.has(name)
          ? keepsNames(textOfIndex(definition), source, kept)
          : keeps('index', name, textOfIndex(definition)),
      )
      .map((index) => ({ ...index, definition: onRelation(index.definition, source.name, object.target) })),
    checks: source.checks.filter(
      ({ name, definition }) => isPlain(definition) && keeps('check', name, definition),
    ),
  };
}

function carriedKind(
  object: ObjectMapping,
  source: Relation,
  copied: CopiedNames,
  left: LeftOut[],
): Relation['kind'] {
  if (source.kind !== 'partitioned-table') return 'table';
  const asItIs =
    object.target === source.name &&
    source.fields.every(
      ({ name, synthetic, generated }) => synthetic || generated === 'computed' || copied.get(name) === name,
    );
  if (asItIs) return 'partitioned-table';
  const why = 'its partitions are kept only where relation and fields keep their names';
  left.push({ kind: 'partition', name: source.name, why });
  return 'table';
}

/** Not a trigger that is called a constraint; those are told with the other triggers. */
function isPlain(definition: string): boolean {
  return /^(CHECK|EXCLUDE)/.test(definition);
}

/** No field that the text may mean has another name in the target, or none. */
function keepsNames(text: string, source: Relation, kept: ReadonlySet<string>): boolean {
  return source.fields.every(({ name, synthetic }) => synthetic || kept.has(name) || !mentions(text, name));
}

function mentions(text: string, name: string): boolean {
  const quoted = `"${name.replaceAll('"', '""')}"`;
  if (quoteName(name) === quoted || /[^a-z0-9_]/.test(name)) return text.includes(quoted);
  return text.includes(quoted) || new RegExp(`(?<![\\w$"])${name}(?![\\w$"])`).test(text);
}

/** What stands behind the names of index and relation. */
function textOfIndex(definition: string): string {
  return definition.slice(definition.indexOf(' USING '));
}

function onRelation(definition: string, from: string, to: string): string {
  if (from === to) return definition;
  const at = definition.indexOf(' USING ');
  const head = definition.slice(0, at).slice(0, definition.slice(0, at).lastIndexOf(' ON ') + 4);
  return `${head}${sqlName(to)}${definition.slice(at)}`;
}

function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}
