import type { Field, Key, ObjectMapping, Relation, Schema } from '../model/index.ts';
import { type KnownTo, knownTo } from './newer-structure.ts';
import { copiedField } from './planned-target.ts';
import { quoteName } from './quote-name.ts';
import { renamedIndex } from './renamed-index.ts';

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
  /** That another kind of system does not take it over; what the same kind could have taken, is a surprise. */
  readonly known?: true;
}

/** Source field -> target field, for fields that are copied and nothing else. */
export type CopiedNames = ReadonlyMap<string, string>;

export interface CarriedStructure {
  readonly relation: Relation;
  /** The primary key, where it is not that of the source. */
  readonly chosenKey: Key | null;
  readonly left: readonly LeftOut[];
  /** Relation and fields keep their names, and so does whatever else speaks of them. */
  readonly asItIs: boolean;
}

/**
 * The structure of the source goes into what is created of it where both systems say it in the same words, or what the source
 * says can be said in those of the target (`translatedStructure`, `structureInMysql`).
 */
export function carriesStructure(
  object: ObjectMapping,
  objects: readonly ObjectMapping[],
  source: Schema,
  target: Pick<Schema, 'kind' | 'version'>,
): boolean {
  const from = source.relations.find(({ name }) => name === object.source);
  const alone = (side: 'source' | 'target'): boolean =>
    objects.filter((other) => other[side] === object[side]).length === 1;
  return (
    from !== undefined &&
    canSay(from, source, target) &&
    object.create &&
    object.each === null &&
    alone('source') &&
    alone('target')
  );
}

/** A partitioned table of MySQL comes along where its whole text does, and as a table of its fields elsewhere. */
function canSay({ kind }: Relation, source: Schema, target: Pick<Schema, 'kind' | 'version'>): boolean {
  const parted = kind === 'partitioned-table';
  if (source.kind === 'postgres')
    return (target.kind === 'postgres' || target.kind === 'mysql') && (kind === 'table' || parted);
  if (source.kind !== 'mysql') return false;
  const family = (version: string): boolean => /mariadb/i.test(version);
  if (target.kind === 'mysql')
    return family(source.version) === family(target.version) && (kind === 'table' || parted);
  return target.kind === 'postgres' && kind === 'table';
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
  target: Pick<Schema, 'kind' | 'version'>,
): CarriedStructure {
  const copied = copiedNames(object, source);
  const left: LeftOut[] = [];
  const known = knownTo(target);
  const fields = carriedFields(planned, source, copied, object, left).map((field) =>
    stored(field, known, left),
  );
  const keys = carriedKeys(object, source, planned, copied, known, left);
  const kept = new Set(fields.flatMap(({ name, generated }) => (generated === 'computed' ? [name] : [])));
  for (const [from, to] of copied) if (from === to) kept.add(from);
  const texts = carriedTexts(object, source, { kept, copied, known, keys }, left);
  const whole = { ...planned, ...keys, ...texts, fields, comment: source.comment ?? planned.comment };
  const asItIs =
    object.target === source.name &&
    source.fields.every(({ name, synthetic }) => synthetic || kept.has(name));
  return {
    relation: { ...whole, kind: carriedKind(object, source, copied, left) },
    chosenKey: keys.primaryKey === planned.primaryKey ? planned.primaryKey : null,
    left,
    asItIs,
  };
}

function stored(field: Field, known: KnownTo, left: LeftOut[]): Field {
  const why = known.field(field);
  if (why === null) return field;
  left.push({
    kind: 'computed-field',
    name: field.name,
    why: `${why}: it is computed when a record is written`,
  });
  const { virtual: _virtual, ...rest } = field;
  return rest;
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
    const { counter, requiredByType } = copy;
    return generated === 'computed'
      ? kept
      : {
          ...kept,
          generated,
          default: copy.default,
          ...(counter ? { counter } : {}),
          ...(requiredByType ? { requiredByType } : {}),
        };
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
  known: KnownTo,
  left: LeftOut[],
): Pick<Relation, 'primaryKey' | 'uniques' | 'identity'> {
  const renamed = (key: Key): Key | null => {
    const unknown = known.key(key, source);
    if (unknown !== null) {
      left.push({ kind: 'key', name: key.name, why: unknown });
      return null;
    }
    const fields = key.fields.flatMap((field) => copied.get(field) ?? []);
    if (fields.length === key.fields.length) return { ...key, fields };
    left.push({ kind: 'key', name: key.name, why: 'one of its fields is not copied as it is' });
    return null;
  };
  const own = source.primaryKey && renamed(source.primaryKey);
  const same = own && sameNames(own.fields, object.key);
  const others = source.uniques.flatMap((key) => renamed(key) ?? []);
  // A relation without a primary key gets none where another key of it names its records.
  const named = own === null && others.some(({ fields }) => sameNames(fields, object.key));
  const primaryKey = same || named || object.key.length === 0 ? own : planned.primaryKey;
  return {
    primaryKey,
    uniques: own && primaryKey !== own ? [own, ...others] : others,
    identity: primaryKey?.fields ?? planned.identity,
  };
}

interface CarriedNames {
  /** Fields that are there under their own names. */
  readonly kept: ReadonlySet<string>;
  readonly copied: CopiedNames;
  readonly known: KnownTo;
  readonly keys: Pick<Relation, 'primaryKey' | 'uniques'>;
}

const notItsName = 'a field it names is not copied under its own name';

function carriedTexts(
  object: ObjectMapping,
  source: Relation,
  names: CarriedNames,
  left: LeftOut[],
): Pick<Relation, 'indexes' | 'checks'> {
  return {
    indexes: carriedIndexes(object, source, names, left),
    checks: source.checks.filter((check) => {
      const { name, definition } = check;
      if (!isPlain(definition)) return false;
      const why = names.known.text(check) ?? (keepsNames(definition, source, names.kept) ? null : notItsName);
      if (why !== null) left.push({ kind: 'check', name, why });
      return why === null;
    }),
  };
}

/** The index of a key comes along with it, and one over plain fields under their new names. */
function carriedIndexes(
  object: ObjectMapping,
  source: Relation,
  { kept, copied, known, keys }: CarriedNames,
  left: LeftOut[],
): Relation['indexes'] {
  const all = keyNames(source);
  const coming = keyNames(keys);
  return source.indexes.flatMap((index) => {
    const isKey = all.has(index.name);
    // Of a key that does not come along is told already.
    if (isKey && !coming.has(index.name)) return [];
    const text = textOfIndex(index.definition);
    const own = keepsNames(text, source, kept) ? text : renamedIndex(text, copied);
    const why = known.text(index) ?? (own === null ? notItsName : null);
    if (why !== null || own === null) {
      left.push({
        kind: 'index',
        name: index.name,
        why: isKey ? `only its key does, as ${why}` : String(why),
      });
      return [];
    }
    const head = headOfIndex(index.definition, source.name, object.target);
    return { ...index, definition: head + own };
  });
}

function keyNames({ primaryKey, uniques }: Pick<Relation, 'primaryKey' | 'uniques'>): ReadonlySet<string> {
  return new Set([...(primaryKey ? [primaryKey] : []), ...uniques].map(({ name }) => name));
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
  return /^(CHECK|EXCLUDE|NOT NULL)/.test(definition);
}

/** No field that the text may mean has another name in the target, or none. */
function keepsNames(text: string, source: Relation, kept: ReadonlySet<string>): boolean {
  return source.fields.every(({ name, synthetic }) => synthetic || kept.has(name) || !mentions(text, name));
}

function mentions(text: string, name: string): boolean {
  if (!text.includes(name.replaceAll('"', '""'))) return false;
  const quoted = `"${name.replaceAll('"', '""')}"`;
  if (quoteName(name) === quoted || /[^a-z0-9_]/.test(name)) return text.includes(quoted);
  return text.includes(quoted) || new RegExp(`(?<![\\w$"])${name}(?![\\w$"])`).test(text);
}

/** What stands behind the names of index and relation. */
function textOfIndex(definition: string): string {
  return definition.slice(definition.indexOf(' USING '));
}

function headOfIndex(definition: string, from: string, to: string): string {
  const head = definition.slice(0, definition.indexOf(' USING '));
  return from === to ? head : `${head.slice(0, head.lastIndexOf(' ON ') + 4)}${sqlName(to)}`;
}

function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}
