import type { Field, FieldType, Index, Key, ObjectMapping, Relation, Schema } from '../model/index.ts';
import { type CarriedStructure, type CopiedNames, copiedNames, type LeftOut } from './carried-structure.ts';
import { collationsLeft, computedLeft, defaultsLeft, numberingLeft } from './plainly-left.ts';
import { quotedIn } from './sql-words.ts';
import { translatedCheck } from './translated-check.ts';
import { translatedDefault } from './translated-default.ts';

/** What a table of PostgreSQL becomes in MySQL, and the source in those words, under the names of its fields. */
export interface StructureInMysql extends CarriedStructure {
  readonly source: Relation;
}

/**
 * A table of the same family of servers, as it is, in the server's own text. Null where something about it is changed, and where
 * that text would make a table that cannot be written to slice by slice, or that speaks of its old database.
 */
export function ownStructure(object: ObjectMapping, source: Relation): CarriedStructure | null {
  const { definition = '', fields, primaryKey } = source;
  const copied = copiedNames(object, source);
  const own = fields.filter(({ synthetic }) => !synthetic);
  const asItIs =
    object.target === source.name &&
    own.every(({ name, generated }) =>
      generated === 'computed' ? !copied.has(name) : copied.get(name) === name,
    ) &&
    object.fields.length === copied.size &&
    primaryKey !== null &&
    primaryKey.fields.join('\n') === object.key.join('\n');
  const plain =
    /\n\) ENGINE=InnoDB\b/.test(definition) &&
    !/ DIRECTORY=|\bnextval\(|WITH SYSTEM VERSIONING/.test(definition);
  if (!asItIs || !plain) return null;
  return {
    relation: { ...source, fields: own, rowsEstimate: 0, bytes: null },
    chosenKey: null,
    left: [],
    asItIs,
  };
}

/**
 * A table of PostgreSQL as MySQL would say it: keys and indexes over plain fields whose values all fit into one, and defaults
 * and checks that mean the same. References need the other relations: see `carriedReferences`.
 */
export function structureInMysql(
  object: ObjectMapping,
  source: Relation,
  planned: Relation,
  { objects }: Pick<Schema, 'objects'>,
  createdType: (type: FieldType) => FieldType,
): StructureInMysql {
  const copied = copiedNames(object, source);
  const left: LeftOut[] = [];
  const room = { source, copied, bytesOf: (name: string) => bytesOf(source, name, createdType) };
  const own = source.primaryKey && renamedKey(source.primaryKey, room, left);
  const isOwn = own !== null && own.fields.join('\n') === planned.primaryKey?.fields.join('\n');
  const primaryKey = planned.primaryKey && { ...planned.primaryKey, name: 'PRIMARY' };
  const others = source.uniques.flatMap((key) => renamedKey(key, room, left) ?? []);
  const counted = countedField(source, planned, copied, objects);
  const fields = fieldsOf(planned, source, copied, counted);
  const relation: Relation = {
    ...planned,
    fields,
    primaryKey,
    uniques: own && !isOwn ? [own, ...others] : others,
    indexes: indexesOf(source, room, left),
    checks: checksOf(source, copied, counted, left),
  };
  const coming = new Set(
    [...copied].flatMap(([from, to]) =>
      fields.some(({ name, default: preset }) => name === to && preset !== null) ? [from] : [],
    ),
  );
  const counts = new Set(counted === null ? [] : [counted]);
  left.push(...defaultsLeft(source, new Set([...coming, ...counts]), foreignWords));
  left.push(...computedLeft(source, planned), ...numberingLeft(source, counts), ...collationsLeft(source));
  if (source.kind === 'partitioned-table')
    left.push({
      kind: 'partition',
      name: source.name,
      why: 'how it is cut is spelled in the words of another kind of system',
    });
  return {
    relation,
    chosenKey: isOwn ? null : primaryKey,
    left,
    asItIs: false,
    source: { ...source, primaryKey: source.primaryKey && { ...source.primaryKey, name: 'PRIMARY' } },
  };
}

const foreignWords = 'it is spelled in the words of another kind of system';
const tooLong = 'its values may be longer than an index of the target takes';
const notCopied = 'one of its fields is not copied as it is';

interface Room {
  readonly source: Relation;
  readonly copied: CopiedNames;
  readonly bytesOf: (name: string) => number;
}

/** What an index entry holds. */
const indexBytesMax = 3_072;

/** The bytes that a value of the field takes in an index at most; texts have four for each character. */
function bytesOf({ fields }: Relation, name: string, createdType: (type: FieldType) => FieldType): number {
  const field = fields.find((one) => one.name === name);
  const type = field && createdType(field.type);
  if (type?.kind === 'text') return 4 * (type.charactersMax ?? Infinity);
  if (type?.kind === 'bytes') return type.bytesMax ?? Infinity;
  return type === undefined || type.kind === 'json' || type.kind === 'native' ? Infinity : 40;
}

function renamedKey(key: Key, { source, copied, bytesOf: bytes }: Room, left: LeftOut[]): Key | null {
  const index = source.indexes.find(({ name }) => name === key.name)?.definition ?? '';
  const fields = key.fields.flatMap((name) => copied.get(name) ?? []);
  const said = !key.withoutOverlaps && !/ NULLS NOT DISTINCT| WHERE /.test(index);
  const fits =
    key === source.primaryKey || key.fields.reduce((sum, name) => sum + bytes(name), 0) <= indexBytesMax;
  const why = !said ? foreignWords : fields.length < key.fields.length ? notCopied : fits ? null : tooLong;
  if (why !== null) left.push({ kind: 'key', name: key.name, why });
  else if (key.deferrable)
    left.push({
      kind: 'key',
      name: key.name,
      why: 'only one that holds at once does: it cannot wait for the end of a transaction',
    });
  return why === null ? { name: key.name, fields, deferrable: false } : null;
}

function indexesOf(source: Relation, room: Room, left: LeftOut[]): readonly Index[] {
  const keys = new Set([source.primaryKey, ...source.uniques].map((key) => key?.name));
  return source.indexes.flatMap((index) => {
    const { name, unique, unproven } = index;
    if (keys.has(name)) return [];
    const parts = unique || unproven ? null : plainParts(index.definition);
    const fields = (parts ?? []).flatMap(({ field }) => room.copied.get(field) ?? []);
    const bytes = (parts ?? []).reduce((sum, { field }) => sum + room.bytesOf(field), 0);
    const why =
      parts === null
        ? foreignWords
        : fields.length < parts.length
          ? notCopied
          : bytes > indexBytesMax
            ? tooLong
            : null;
    if (why !== null || parts === null) {
      left.push({ kind: 'index', name, why: why ?? foreignWords });
      return [];
    }
    const over = parts.map(
      ({ descending }, at) => `${quotedIn('mysql', fields[at] ?? '')}${descending ? ' DESC' : ''}`,
    );
    return [{ name, unique, definition: `KEY ${quotedIn('mysql', name)} (${over.join(',')})` }];
  });
}

/** The fields of a tree over nothing but fields; null where the index says more. Where it puts nulls changes no answer. */
function plainParts(
  definition: string,
): readonly { readonly field: string; readonly descending: boolean }[] | null {
  const list = / USING btree \((?<list>(?:"(?:[^"]|"")*"|[^"()])*)\)$/.exec(definition)?.groups?.['list'];
  const parts = list?.split(/, (?=(?:[^"]*"[^"]*")*[^"]*$)/).map((text) => part.exec(text)?.groups);
  if (parts === undefined || parts.some((one) => one === undefined)) return null;
  return parts.map((one) => ({
    field: one?.['quoted']?.replaceAll('""', '"') ?? one?.['plain'] ?? '',
    descending: one?.['descending'] !== undefined,
  }));
}

const part =
  /^(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[a-z_][\w$]*))(?<descending> DESC)?(?: NULLS (?:FIRST|LAST))?$/;

/** MySQL counts in one field at most, which begins the primary key, and by one. */
function countedField(
  { fields, primaryKey }: Relation,
  planned: Relation,
  copied: CopiedNames,
  objects: Schema['objects'],
): string | null {
  const first = fields.find(({ name }) => name === primaryKey?.fields[0]);
  if (first === undefined || first.type.kind !== 'integer') return null;
  if (copied.get(first.name) !== planned.primaryKey?.fields[0]) return null;
  if (first.generated.startsWith('identity'))
    return /INCREMENT|CYCLE|MINVALUE|MAXVALUE/i.test(first.counter?.options ?? '') ? null : first.name;
  const sequence = /^nextval\('(?<name>.*)'::regclass\)$/.exec(first.default ?? '')?.groups?.['name'];
  const name = sequence?.replace(/^"(.*)"$/, '$1').replaceAll('""', '"');
  const made = objects.find((one) => one.kind === 'sequence' && one.name === name)?.definition ?? '';
  return / INCREMENT 1 MINVALUE 1 /.test(made) && !made.endsWith(' CYCLE') ? first.name : null;
}

function fieldsOf(
  planned: Relation,
  source: Relation,
  copied: CopiedNames,
  counted: string | null,
): readonly Field[] {
  const from = new Map(source.fields.map((field) => [copied.get(field.name), field]));
  return planned.fields.map((field) => {
    const copy = from.get(field.name);
    if (copy === undefined) return { ...field, native: '' };
    const generated = copy.name === counted ? ('identity-default' as const) : ('no' as const);
    const preset =
      copy.generated === 'no' && copy.name !== counted ? translatedDefault(copy, 'postgres', 'mysql') : null;
    return { ...field, type: copy.type, native: '', generated, default: preset };
  });
}

/** The server counts in no field that a check looks at. */
function checksOf(
  source: Relation,
  copied: CopiedNames,
  counted: string | null,
  left: LeftOut[],
): Relation['checks'] {
  const names = new Map([...copied].filter(([name]) => name !== counted));
  return source.checks.flatMap(({ name, definition }) => {
    if (definition.startsWith('NOT NULL ')) return [];
    const text = translatedCheck(definition, source, { from: 'postgres', to: 'mysql', names });
    if (text !== null) return [{ name, definition: text }];
    left.push({ kind: 'check', name, why: foreignWords });
    return [];
  });
}
