import type { Field, Key, Relation } from '../../model/index.ts';
import { portableCheck, portableDefault } from '../sql-servers/index.ts';
import { type ColumnPlace, exactCollation, nativeTypeFor } from './native-types.ts';
import { quoteName, quoteNames, quoteText } from './sql.ts';

/**
 * One CREATE TABLE for a relation of another kind of system, with everything but references; `own` when its defaults, checks
 * and indexes are told in the words of this one.
 */
export function createTable(relation: Relation, family: 'MariaDB' | 'MySQL', own = false): string {
  const fields = relation.fields.filter(({ synthetic }) => !synthetic);
  const placeOf = placesOf(relation, family);
  const parts = [
    ...fields.map((field) => columnOf(relation, field, placeOf(field), own)),
    ...(relation.primaryKey ? [`PRIMARY KEY (${quoteNames(relation.primaryKey.fields)})`] : []),
    ...relation.uniques.map(
      (key) => `UNIQUE KEY ${quoteName(shortName(key.name))} (${quoteNames(key.fields)})`,
    ),
    ...(own ? plainIndexes(relation) : []),
    ...relation.checks.flatMap(({ name, definition }) => {
      const text = own ? definition : portableCheck(definition, relation, quoteName);
      return text === null ? [] : [`CONSTRAINT ${quoteName(shortName(name))} ${text}`];
    }),
  ];
  const comment = relation.comment === null ? '' : ` COMMENT=${quoteText(cut(relation.comment, 2048))}`;
  const options = `ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${exactCollation(family)}${comment}`;
  return `CREATE TABLE ${quoteName(relation.name)} (\n  ${parts.join(',\n  ')}\n) ${options}`;
}

function plainIndexes({ indexes, uniques }: Relation): readonly string[] {
  const keys = new Set(uniques.map(({ name }) => name));
  return indexes.filter(({ name }) => !keys.has(name)).map(({ definition }) => definition);
}

/** An index entry has 3,072 bytes, which the texts of a key share. */
const indexBytesMax = 3_072;

function placesOf(relation: Relation, family: 'MariaDB' | 'MySQL'): (field: Field) => ColumnPlace {
  const keys: readonly Pick<Key, 'fields'>[] = [
    ...(relation.primaryKey ? [relation.primaryKey] : []),
    ...relation.uniques,
    ...relation.foreignKeys,
  ];
  const bounds = new Map(relation.fields.map((field) => [field.name, boundOf(field)]));
  const bytesOf = (fields: readonly string[]): number =>
    fields.reduce((sum, name) => sum + (bounds.get(name) ?? 0), 0);
  return ({ name }) => {
    const mine = keys.filter(({ fields }) => fields.includes(name));
    // What is bounded so that all of it fits needs no further bound.
    const tight = mine.filter(({ fields }) => bytesOf(fields) > indexBytesMax);
    const most = Math.max(1, ...tight.map(({ fields }) => fields.length));
    return { name, indexed: mine.length > 0, indexBytes: Math.floor(indexBytesMax / most), family };
  };
}

/** The bytes a value takes in an index, at most. */
function boundOf({ type }: Field): number {
  if (type.kind === 'text') return 4 * (type.charactersMax ?? indexBytesMax);
  return type.kind === 'bytes' ? (type.bytesMax ?? indexBytesMax + 1) : 40;
}

function columnOf(relation: Relation, field: Field, place: ColumnPlace, own: boolean): string {
  const [type, ...checks] = nativeTypeFor(field.type, place).split(/ (?=CHECK )/);
  const required = field.nullable ? ' NULL' : ' NOT NULL';
  const numbered = isNumbered(relation, field) ? ' AUTO_INCREMENT' : defaultOf(field, own);
  const comment = field.comment === null ? '' : ` COMMENT ${quoteText(cut(field.comment, 1024))}`;
  return [`${quoteName(field.name)} ${type}${required}${numbered}${comment}`, ...checks].join(' ');
}

/** A table has one such column at most, and it begins a key. */
function isNumbered({ primaryKey, fields }: Relation, field: Field): boolean {
  const first = fields.find(({ generated }) => generated.startsWith('identity'));
  return first === field && primaryKey?.fields[0] === field.name && field.type.kind === 'integer';
}

/** Long texts take no default of this kind on every version. */
function defaultOf(field: Field, own: boolean): string {
  if (field.generated !== 'no') return '';
  if (own) return field.default === null ? '' : ` DEFAULT ${field.default}`;
  const expression = portableDefault(field.default, field.type);
  if (expression === null || field.type.kind === 'text') return '';
  if (!expression.startsWith('CURRENT')) return ` DEFAULT ${expression}`;
  const digits = 'fractionDigits' in field.type ? Math.min(6, field.type.fractionDigits) : 0;
  return field.type.kind === 'date' ? '' : ` DEFAULT CURRENT_TIMESTAMP${digits === 0 ? '' : `(${digits})`}`;
}

/** The names of keys and checks may be cut: nothing goes by them. */
export function shortName(name: string): string {
  return [...name].slice(0, 64).join('');
}

function cut(text: string, characters: number): string {
  return [...text].slice(0, characters).join('');
}
