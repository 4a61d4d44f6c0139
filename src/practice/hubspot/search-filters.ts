import type { SqliteValue } from '../../host/index.ts';
import type { PropertyCatalog } from './property-catalog.ts';
import type { PropertyDefinition } from './property-definition.ts';
import { instantOf, readValue } from './read-value.ts';
import { invalid } from './refusal.ts';
import type { Condition } from './search-index.ts';
import type { ObjectType } from './standard-objects.ts';

export const operators = [
  'BETWEEN',
  'CONTAINS_TOKEN',
  'EQ',
  'GT',
  'GTE',
  'HAS_PROPERTY',
  'IN',
  'LT',
  'LTE',
  'NEQ',
  'NOT_CONTAINS_TOKEN',
  'NOT_HAS_PROPERTY',
  'NOT_IN',
] as const;

export interface Filter {
  readonly propertyName: string;
  readonly operator: (typeof operators)[number];
  readonly value?: string | undefined;
  readonly highValue?: string | undefined;
  readonly values?: readonly string[] | undefined;
}

export interface Sort {
  readonly propertyName: string;
  readonly direction: 'ASCENDING' | 'DESCENDING';
}

/** Filters and sorts of a search as SQL on the search index. */
export class SearchTranslator {
  readonly #catalog: PropertyCatalog;
  readonly #type: ObjectType;

  constructor(catalog: PropertyCatalog, type: ObjectType) {
    this.#catalog = catalog;
    this.#type = type;
  }

  /** Groups hold one of each other, filters of a group all. */
  groups(groups: readonly (readonly Filter[])[]): Condition {
    if (groups.length === 0) return { sql: 'TRUE', values: [] };
    return joined(
      ' OR ',
      groups.map((filters) =>
        joined(
          ' AND ',
          filters.map((filter) => this.#filter(filter)),
        ),
      ),
    );
  }

  /** Records one after the other as they were made, where nothing is told. */
  order(sorts: readonly Sort[]): Condition {
    if (sorts.length === 0) return { sql: 'created_ms', values: [] };
    const parts = sorts.map(({ propertyName, direction }) => {
      const { sql, values } = this.#column(this.#property(propertyName));
      return { sql: `${sql} ${direction === 'DESCENDING' ? 'DESC' : 'ASC'}`, values };
    });
    return { sql: parts.map(({ sql }) => sql).join(', '), values: parts.flatMap(({ values }) => values) };
  }

  /** Words anywhere in a text, whatever their case is. */
  words(query: string): Condition {
    return { sql: 'instr(lower(properties), lower(?)) > 0', values: [query] };
  }

  #property(name: string): PropertyDefinition {
    const property = this.#catalog.property(this.#type, name);
    if (property === null)
      throw invalid(
        `There was a problem with the request: property ${name} does not exist on ${this.#type.singular}`,
      );
    return property;
  }

  #column({ name, type }: PropertyDefinition): Condition {
    if (name === 'hs_object_id') return { sql: 'id', values: [] };
    if (name === this.#type.created) return { sql: 'created_ms', values: [] };
    if (name === this.#type.modified) return { sql: 'updated_ms', values: [] };
    const text = { sql: 'json_extract(properties, ?)', values: [`$."${name}"`] };
    if (type === 'number') return { ...text, sql: `CAST(${text.sql} AS REAL)` };
    return type === 'string' || type === 'phone_number' ? { ...text, sql: `lower(${text.sql})` } : text;
  }

  #filter(filter: Filter): Condition {
    const property = this.#property(filter.propertyName);
    const column = this.#column(property);
    const against = (sql: string, ...given: readonly (string | undefined)[]): Condition => ({
      sql: sql.replaceAll('@', column.sql),
      values: [
        ...Array.from({ length: sql.split('@').length - 1 }, () => column.values).flat(),
        ...given.map((value) => this.#value(property, filter, value)),
      ],
    });
    switch (filter.operator) {
      case 'EQ':
        return against('@ = ?', filter.value);
      case 'NEQ':
        return against('@ IS NOT NULL AND @ <> ?', filter.value);
      case 'LT':
        return against('@ < ?', filter.value);
      case 'LTE':
        return against('@ <= ?', filter.value);
      case 'GT':
        return against('@ > ?', filter.value);
      case 'GTE':
        return against('@ >= ?', filter.value);
      case 'BETWEEN':
        return against('@ BETWEEN ? AND ?', filter.value, filter.highValue);
      case 'HAS_PROPERTY':
        return against('@ IS NOT NULL');
      case 'NOT_HAS_PROPERTY':
        return against('@ IS NULL');
      case 'IN':
      case 'NOT_IN':
        return this.#among(property, filter, against);
      case 'CONTAINS_TOKEN':
        return against("instr(' ' || @ || ' ', ?) > 0", token(filter));
      case 'NOT_CONTAINS_TOKEN':
        return against("(@ IS NULL OR instr(' ' || @ || ' ', ?) = 0)", token(filter));
    }
  }

  #among(
    { type }: PropertyDefinition,
    filter: Filter,
    against: (sql: string, ...given: readonly string[]) => Condition,
  ): Condition {
    const { values = [], operator } = filter;
    if (values.length === 0) throw needs(filter, 'values');
    const places = values.map(() => '?').join(', ');
    const condition = against(operator === 'IN' ? `@ IN (${places})` : `@ NOT IN (${places})`, ...values);
    // What is kept is looked at in lower case here; what is asked for is not, and finds nothing in capitals.
    return type === 'string'
      ? { ...condition, values: [...condition.values.slice(0, -values.length), ...values] }
      : condition;
  }

  #value(property: PropertyDefinition, filter: Filter, value: string | undefined): SqliteValue {
    if (value === undefined)
      throw needs(filter, filter.operator === 'BETWEEN' ? 'value and highValue' : 'value');
    const { name, type } = property;
    const ofSystem = name === this.#type.created || name === this.#type.modified;
    if (type === 'string' || type === 'phone_number') return value.toLowerCase();
    if (type === 'enumeration' || type === 'bool') return value;
    const read = readValue(property, value);
    if ('problem' in read || read.value === null)
      throw invalid(`There was a problem with the request: ${name}: ${value} is no ${type}`);
    if (ofSystem) return instantOf(read.value);
    return type === 'number' ? Number(read.value) : read.value;
  }
}

const needs = ({ operator }: Filter, what: string) =>
  invalid(`There was a problem with the request: ${operator} needs ${what}`);

/** A star at an end stands for the rest of a word. */
function token(filter: Filter): string {
  const { value } = filter;
  if (value === undefined || value === '') throw needs(filter, 'value');
  const [before, behind] = [value.startsWith('*') ? '' : ' ', value.endsWith('*') ? '' : ' '];
  return `${before}${value.replace(/^\*|\*$/g, '')}${behind}`;
}

const joined = (word: string, parts: readonly Condition[]): Condition => ({
  sql: parts.map(({ sql }) => `(${sql})`).join(word),
  values: parts.flatMap(({ values }) => values),
});
