import { dialectUnclear } from './faults.ts';

/**
 * Says whether the first record names the columns. It does when a column holds values (numbers, dates, addresses) under a
 * first record that does not, or when its texts are written as names are (`first_name`, `customerId`, `email`). It does not
 * when it holds such values itself. Anything else is asked.
 */
export function findHeader(
  path: string,
  records: readonly (readonly string[])[],
  usualFields: number,
  columns: readonly string[] | undefined,
): boolean {
  const [first, ...rest] = records;
  if (first === undefined) return columns === undefined;
  const body = rest.filter((record) => record.length === usualFields);
  if (isHeaderOver(first, body)) return true;
  const values = first.some((text) => isValue(text));
  const later = body.slice(0, 20).findIndex((record, at) => isHeaderOver(record, body.slice(at + 1)));
  if (later >= 0) {
    throw dialectUnclear(
      path,
      'skip_lines',
      `record ${later + 2} looks like the header, what stands before it does not`,
    );
  }
  if (values && !values4Digits(first) && sameShape(first, body)) return false;
  throw dialectUnclear(path, 'header', `the first record is ${JSON.stringify(first.slice(0, 8))}`);
}

/** Names of the columns as people and programs write them. */
const commonNames =
  /^(?:id|name|names|email|e-mail|mail|phone|date|time|city|country|state|street|address|zip|zipcode|postcode|status|type|kind|code|key|value|val|title|company|comment|comments|note|notes|description|amount|price|quantity|qty|currency|url|first|last|firstname|lastname|surname|age|gender|sex|birthday|birthdate|language|category|tags|label|text|message|subject|body|owner|user|username|created|updated|active|enabled|number|count|total|sku|product|order|customer|region|latitude|longitude)$/i;
const writtenAsName =
  /^(?:[a-z][a-z0-9]*(?:_[a-z0-9]+)+|[a-z]+(?:[A-Z][a-z0-9]+)+|[A-Z]{2,}(?:_[A-Z0-9]+)+|(?:[A-Z][a-z]+)?Id|ID)$/;

function isHeaderOver(names: readonly string[], body: readonly (readonly string[])[]): boolean {
  if (!couldBeNames(names)) return false;
  const contrast = names.some((_, column) => isValueColumn(column, body));
  if (contrast) return true;
  const spelled = names.filter((name) => commonNames.test(name) || writtenAsName.test(name)).length;
  if (spelled * 2 < names.length) return false;
  return names.every((name, column) => body.every((record) => record[column] !== name));
}

/** All different, none empty but perhaps the first, none a value. */
function couldBeNames(names: readonly string[]): boolean {
  const filled = names.filter((name, at) => at === 0 || name.trim() !== '');
  if (filled.length < names.length || new Set(names).size < names.length) return false;
  return (
    names.every((name) => !isValue(name) && name.length <= 100 && !/[\r\n]/.test(name)) &&
    names.some((name) => name !== '')
  );
}

function isValueColumn(column: number, body: readonly (readonly string[])[]): boolean {
  let filled = 0;
  let values = 0;
  for (const record of body) {
    const text = record[column] ?? '';
    if (text.trim() === '') continue;
    filled += 1;
    if (isValue(text)) values += 1;
  }
  return filled > 0 && values * 2 >= filled;
}

const valueShapes = [
  /^\s*[-+(]?\s*[$€£¥]?\s*[-+]?\d[\d.,' ]*\s*[%€$£)]?\s*$/,
  /^\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?$/,
  /^\s*\d{1,2}:\d{2}(:\d{2})?/,
  /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  /^https?:\/\//i,
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  /^(?:true|false|null|\\N)$/i,
];

function isValue(text: string): boolean {
  return valueShapes.some((shape) => shape.test(text));
}

/** Years are values and names alike: `country,2019,2020`. */
function values4Digits(first: readonly string[]): boolean {
  const values = first.filter(isValue);
  return values.length < first.length && values.every((text) => /^\s*(?:19|20)\d\d\s*$/.test(text));
}

/** Where the first record holds values, the others do too. */
function sameShape(first: readonly string[], body: readonly (readonly string[])[]): boolean {
  return first.every((text, column) => !isValue(text) || body.length === 0 || isValueColumn(column, body));
}
