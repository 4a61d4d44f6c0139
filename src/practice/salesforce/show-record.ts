import type { SqliteValue } from '../../host/index.ts';
import type { DescribedField, DescribedObject } from './described-object.ts';
import type { Column } from './soql/compile-soql.ts';

type Shown = Record<string, unknown>;

/** A value as JSON answers show it; the bytes of a file are shown as the path that gives them. */
export function showValue(value: SqliteValue, field: DescribedField | null, blobUrl: string): unknown {
  if (value === null) return null;
  if (field?.kind === 'base64') return blobUrl;
  if (typeof value === 'bigint') return field?.kind === 'boolean' ? value !== 0n : Number(value);
  if (field?.kind === 'boolean') return value !== 0;
  if (field?.kind === 'address') return JSON.parse(String(value)) as unknown;
  if (field?.kind === 'datetime' && typeof value === 'string') return value.replace(/Z$/, '+0000');
  return value;
}

export const urlOf = (version: string, { name }: DescribedObject, id: string): string =>
  `/services/data/v${version}/sobjects/${name}/${id}`;

/** A row as a record of an answer, parents nested in it, with the attributes that say what it is. */
export function showRecord(
  object: DescribedObject,
  columns: readonly Column[],
  row: readonly SqliteValue[],
  id: string,
  version: string,
): Shown {
  const url = urlOf(version, object, id);
  const record: Shown = { attributes: { type: object.name, url } };
  hideMissing(record, columns, row);
  for (const [at, { place, field, parents, presence }] of columns.entries()) {
    if (presence === true) continue;
    const value = row[at] ?? null;
    const last = place.at(-1) ?? '';
    const inside = parents.reduce<Shown | null>(
      (outer, parent, depth) => nest(outer, parent, place[depth] ?? ''),
      record,
    );
    if (inside !== null) inside[last] = showValue(value, field, `${url}/${last}`);
  }
  return record;
}

/** A parent that is not there is null as a whole. */
function hideMissing(record: Shown, columns: readonly Column[], row: readonly SqliteValue[]): void {
  for (const [at, { place, parents, presence }] of columns.entries()) {
    if (presence !== true || row[at] !== null) continue;
    const outer = parents
      .slice(0, -1)
      .reduce<Shown | null>((inner, parent, depth) => nest(inner, parent, place[depth] ?? ''), record);
    if (outer !== null) outer[place.at(-1) ?? ''] = null;
  }
}

function nest(outer: Shown | null, parent: DescribedObject, name: string): Shown | null {
  if (outer === null) return null;
  const known = outer[name] as Shown | null | undefined;
  if (known !== undefined) return known;
  const made: Shown = { attributes: { type: parent.name } };
  outer[name] = made;
  return made;
}

/** A group of an aggregating query. */
export function showGroup(columns: readonly Column[], row: readonly SqliteValue[]): Shown {
  const shown: Shown = { attributes: { type: 'AggregateResult' } };
  for (const [at, { place, field }] of columns.entries())
    shown[place.at(-1) ?? ''] = showValue(row[at] ?? null, field, '');
  return shown;
}
