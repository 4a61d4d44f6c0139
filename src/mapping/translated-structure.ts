import type { Field, ForeignKey, Index, Key, ObjectMapping, Relation } from '../model/index.ts';
import type { CopiedNames, LeftOut } from './carried-structure.ts';
import { collationsLeft, computedLeft, defaultsLeft, numberingLeft } from './plainly-left.ts';
import { translatedCheck } from './translated-check.ts';
import { translatedDefault } from './translated-default.ts';

export interface TranslatedStructure {
  readonly relation: Relation;
  readonly left: readonly LeftOut[];
}

/**
 * A table of MySQL as PostgreSQL would say it: keys, foreign keys and indexes over plain fields under names that are one list
 * for a whole schema there. The target chooses how types are spelled.
 *
 * A unique key of MySQL refuses whatever its collation calls equal, which is more than the same bytes: the records hold it.
 * Not so a foreign key over texts, which may lead to a text of other bytes.
 */
export function translatedStructure(
  source: Relation,
  { target }: ObjectMapping,
  planned: Relation,
  copied: CopiedNames,
): TranslatedStructure {
  const fields = fieldsOf(source, copied);
  const left: LeftOut[] = fieldsLeft(source, planned, fields, copied);
  const plain = new Map(source.indexes.map(({ name, definition }) => [name, plainIndex(source, definition)]));
  const uniques = source.uniques.flatMap((key) => uniqueOf(source, target, key, plain.get(key.name), left));
  const keys = new Set(source.uniques.map(({ name }) => name));
  const { primaryKey } = source;
  return {
    relation: {
      ...source,
      fields,
      primaryKey: primaryKey && { ...primaryKey, name: nameIn(target, 'pkey') },
      uniques,
      foreignKeys: source.foreignKeys.filter((key) => isExact(source, key, left)),
      indexes: source.indexes
        .filter(({ name }) => !keys.has(name))
        .flatMap((index) => indexOf(source, target, index, plain.get(index.name), left)),
      checks: checksOf(source, left),
    },
    left,
  };
}

const foreignWords = 'it is spelled in the words of another kind of system';

function fieldsOf({ fields }: Relation, copied: CopiedNames): readonly Field[] {
  return fields.flatMap((field) => {
    if (field.generated === 'computed')
      return field.synthetic || copied.has(field.name) ? [{ ...field, native: '' }] : [];
    const generated = isNumbered(field) ? ('identity-default' as const) : ('no' as const);
    return [{ ...field, native: '', default: translatedDefault(field, 'mysql', 'postgres'), generated }];
  });
}

/** Numbers that no integer of the target holds are decimals there, which nothing counts. */
function isNumbered({ generated, type }: Field): boolean {
  return generated !== 'no' && type.kind === 'integer' && (type.bits < 64 || type.signed);
}

function fieldsLeft(
  source: Relation,
  planned: Relation,
  fields: readonly Field[],
  copied: CopiedNames,
): LeftOut[] {
  const coming = (says: (field: Field) => boolean): ReadonlySet<string> =>
    new Set(fields.flatMap((field) => (says(field) && copied.has(field.name) ? [field.name] : [])));
  return [
    ...defaultsLeft(
      source,
      coming((field) => field.default !== null),
      foreignWords,
    ),
    ...computedLeft(source, planned),
    ...numberingLeft(
      source,
      coming(({ generated }) => generated === 'identity-default'),
    ),
    ...collationsLeft(source),
  ];
}

interface IndexedField {
  readonly name: string;
  readonly descending: boolean;
}

/** The fields of an index that is nothing but fields; null where there is more to it, or a field may be too long for one. */
function plainIndex(source: Relation, definition: string): readonly IndexedField[] | string {
  const found = /^(?:UNIQUE )?KEY `(?:[^`]|``)*` \((.*?)\)(?: USING BTREE)?(?: COMMENT '.*')?$/s.exec(
    definition,
  );
  const parts = found?.[1]?.match(/`(?:[^`]|``)*`(?: DESC)?/g) ?? [];
  if (found === null || parts.length === 0 || parts.join(',') !== found[1]) return foreignWords;
  const fields = parts.map((part) => ({
    name: part
      .replace(/ DESC$/, '')
      .slice(1, -1)
      .replaceAll('``', '`'),
    descending: part.endsWith(' DESC'),
  }));
  const bytes = fields.reduce((sum, { name }) => sum + bytesOf(source, name), 0);
  return bytes > indexedBytesMax ? 'its values may be longer than an index of the target takes' : fields;
}

/** What surely fits into a third of a page, as the target wants it. */
const indexedBytesMax = 2_600;

function bytesOf({ fields }: Relation, name: string): number {
  const type = fields.find((field) => field.name === name)?.type;
  if (type?.kind === 'text') return 4 * (type.charactersMax ?? Infinity);
  return type?.kind === 'bytes' ? (type.bytesMax ?? Infinity) : 40;
}

function uniqueOf(
  source: Relation,
  target: string,
  key: Key,
  fields: readonly IndexedField[] | string | undefined,
  left: LeftOut[],
): readonly Key[] {
  if (fields === undefined || typeof fields === 'string') {
    left.push({ kind: 'key', name: key.name, why: fields ?? foreignWords });
    return [];
  }
  return [{ ...key, name: freeName(source, target, key.name) }];
}

function indexOf(
  source: Relation,
  target: string,
  { name, unique }: Index,
  fields: readonly IndexedField[] | string | undefined,
  left: LeftOut[],
): readonly Index[] {
  if (fields === undefined || typeof fields === 'string' || unique) {
    left.push({ kind: 'index', name, why: typeof fields === 'string' ? fields : foreignWords });
    return [];
  }
  const own = freeName(source, target, name);
  const over = fields.map((field) => `${quoted(field.name)}${field.descending ? ' DESC' : ''}`).join(', ');
  return [
    {
      name: own,
      unique,
      definition: `CREATE INDEX ${quoted(own)} ON ${quoted(source.name)} USING btree (${over})`,
    },
  ];
}

/** Under a collation that calls texts of other letters equal, a foreign key leads to them as well. */
function isExact({ fields }: Relation, key: ForeignKey, left: LeftOut[]): boolean {
  const exact = key.fields.every((name) => {
    const field = fields.find((one) => one.name === name);
    const text = field?.type.kind === 'text' || field?.type.kind === 'enum' || field?.type.kind === 'native';
    return !text || /_(nopad|0900)_bin$/.test(field?.native ?? '');
  });
  if (!exact)
    left.push({
      kind: 'foreign-key',
      name: key.name,
      why: 'its collation calls texts of other letters equal',
    });
  return exact;
}

function checksOf(source: Relation, left: LeftOut[]): Relation['checks'] {
  const names = new Map(source.fields.map(({ name }) => [name, name]));
  return source.checks.flatMap((check) => {
    if (saidByType.test(check.definition)) return [];
    const definition = translatedCheck(check.definition, source, { from: 'mysql', to: 'postgres', names });
    if (definition !== null) return [{ ...check, definition }];
    left.push({ kind: 'check', name: check.name, why: foreignWords });
    return [];
  });
}

/** What a type of the target says anyway is not missed. */
const saidByType = /^CHECK \(+(?:json_valid\(`(?:[^`]|``)*`\)|`(?:[^`]|``)*` in \(0,1\))\)+$/;

const nameBytesMax = 63;

/** A name behind that of its relation, cut where the target would cut it; the first of two that are cut alike keeps it. */
function freeName(source: Relation, target: string, name: string): string {
  const names = source.indexes.map((index) => index.name);
  const cut = nameIn(target, name);
  const before = names.slice(0, names.indexOf(name)).filter((other) => nameIn(target, other) === cut).length;
  return before === 0 ? cut : nameIn(target, name, `_${before + 1}`);
}

function nameIn(target: string, name: string, end = ''): string {
  const encoder = new TextEncoder();
  let start = `${target}_${name}`;
  while (encoder.encode(start + end).length > nameBytesMax) start = [...start].slice(0, -1).join('');
  return start + end;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
