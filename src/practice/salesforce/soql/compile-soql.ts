import type { SqliteValue } from '../../../host/index.ts';
import { type DescribedField, type DescribedObject, isNumber, isText } from '../described-object.ts';
import type { ObjectCatalog } from '../object-catalog.ts';
import { readId } from '../record-id.ts';
import { columnOf, tableOf } from '../record-tables.ts';
import { refusal } from '../refusal.ts';
import { instantRange } from './date-literals.ts';
import { checkFilter } from './filtered-objects.ts';
import { parentRecords } from './parent-records.ts';
import type { Aggregate, Condition, Literal, Path, SoqlQuery } from './parse-soql.ts';
import { checkJoined, checkJoins } from './semi-joins.ts';
import { malformed, pointInto } from './tokens.ts';

/** One value of a row, and where it stands in the record that is answered. */
export interface Column {
  /** `['Account', 'Name']` */
  readonly place: readonly string[];
  readonly field: DescribedField | null;
  /** Objects of the relationships on the way, outermost first. */
  readonly parents: readonly DescribedObject[];
  /** It only says, by being null or not, whether there is a parent. */
  readonly presence?: boolean;
}

/** SQL that gives the same rows as the query, without its limit; records are told by `t0."Id"`. */
export interface CompiledSoql {
  readonly object: DescribedObject;
  readonly columns: readonly Column[];
  readonly select: string;
  /** The first value of `select`. */
  readonly first: string;
  /** `FROM ... JOIN ...` */
  readonly from: string;
  readonly where: string;
  readonly values: readonly SqliteValue[];
  readonly tail: string;
  readonly grouped: boolean;
  /** `SELECT COUNT()`: only the number is asked for. */
  readonly countOnly: boolean;
}

export interface CompileOptions {
  readonly catalog: ObjectCatalog;
  readonly nowMs: number;
  /** `queryAll`: what was deleted too. */
  readonly deletedToo: boolean;
}

export function compileSoql(query: SoqlQuery, options: CompileOptions): CompiledSoql {
  checkFilter(query);
  checkJoins(query);
  return new SoqlCompiler(query, options).compile();
}

interface Reached {
  readonly sql: string;
  readonly field: DescribedField;
  readonly parents: readonly DescribedObject[];
  readonly place: readonly string[];
}

interface Join {
  readonly alias: string;
  readonly sql: string;
  readonly object: DescribedObject;
  readonly place: readonly string[];
  readonly parents: readonly DescribedObject[];
}

class SoqlCompiler {
  readonly #query: SoqlQuery;
  readonly #options: CompileOptions;
  readonly #object: DescribedObject;
  readonly #joins = new Map<string, Join>();
  readonly #values: SqliteValue[] = [];

  constructor(query: SoqlQuery, options: CompileOptions) {
    this.#query = query;
    this.#options = options;
    const object = options.catalog.find(query.object);
    if (object === null)
      throw refusal(
        400,
        'INVALID_TYPE',
        pointInto(
          query.text,
          query.text.toLowerCase().lastIndexOf(query.object.toLowerCase()),
          `sObject type '${query.object}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.`,
        ),
      );
    this.#object = object;
  }

  compile(): CompiledSoql {
    const { aggregates, groupBy, where, orderBy } = this.#query;
    const countOnly =
      aggregates.length === 1 && aggregates[0]?.path === null && this.#query.paths.length === 0;
    const grouped = groupBy.length > 0 || (aggregates.length > 0 && !countOnly);
    const fields = this.#fields().map((path) => this.#reach(path));
    const shown: { readonly sql: string; readonly column: Column }[] = fields.map((reached) => ({
      sql: reached.sql,
      column: grouped
        ? { place: [reached.place.at(-1) ?? ''], field: reached.field, parents: [] }
        : { place: reached.place, field: reached.field, parents: reached.parents },
    }));
    if (!grouped) shown.push(...this.#presences());
    if (!countOnly) shown.push(...aggregates.map((one, at) => this.#aggregate(one, at)));
    const conditions = [
      ...(this.#options.deletedToo ? [] : ['t0."IsDeleted" = 0']),
      ...(where === null ? [] : [this.#condition(where)]),
    ];
    const groups = groupBy.map((path) => this.#reach(path).sql);
    const orders = orderBy.map(
      ({ path, descending, nullsLast }) =>
        `${this.#reach(path).sql} ${descending ? 'DESC' : 'ASC'} NULLS ${nullsLast ? 'LAST' : 'FIRST'}`,
    );
    // Without an order the vendor promises none; here it is by id, so that a run can be repeated.
    if (!grouped) orders.push('t0."Id"');
    const tail = [
      groups.length === 0 ? '' : `GROUP BY ${groups.join(', ')}`,
      orders.length === 0 ? '' : `ORDER BY ${orders.join(', ')}`,
    ].join(' ');
    return {
      object: this.#object,
      columns: shown.map(({ column }) => column),
      select: shown.map(({ sql }) => sql).join(', '),
      first: shown[0]?.sql ?? '',
      from: [`FROM ${tableOf(this.#object)} t0`, ...[...this.#joins.values()].map(({ sql }) => sql)].join(
        ' ',
      ),
      where: conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`,
      values: this.#values,
      tail,
      grouped,
      countOnly,
    };
  }

  #fields(): readonly Path[] {
    const { all, paths, limit, text } = this.#query;
    if (all === null) return paths;
    if (all !== 'standard' && (limit === null || limit > 200))
      throw malformed(text, text.length, 'The SOQL FIELDS function must have a LIMIT of at most 200');
    const wanted = this.#object.fields.filter(
      ({ name }) => all === 'all' || (all === 'custom') === name.endsWith('__c'),
    );
    return wanted.map(({ name }) => ({ names: [name], at: 0 }));
  }

  #aggregate({ function: called, path, alias }: Aggregate, at: number): { sql: string; column: Column } {
    const reached = path === null ? null : this.#reach(path);
    const of = reached?.sql ?? '*';
    const sql = called === 'COUNT_DISTINCT' ? `count(DISTINCT ${of})` : `${called.toLowerCase()}(${of})`;
    const field = called === 'MIN' || called === 'MAX' ? (reached?.field ?? null) : null;
    return { sql, column: { place: [alias ?? `expr${at}`], field, parents: [] } };
  }

  /** The field at the end of a path, joined where it leads through parents. */
  #reach(path: Path): Reached {
    const { catalog } = this.#options;
    const own = path.names[0]?.toLowerCase() === this.#object.name.toLowerCase() && path.names.length > 1;
    const names =
      own && catalog.parentField(this.#object, path.names[0] ?? '') === null
        ? path.names.slice(1)
        : path.names;
    let [alias, object] = ['t0', this.#object];
    const place: string[] = [];
    const parents: DescribedObject[] = [];
    for (const [at, name] of names.slice(0, -1).entries()) {
      const link = catalog.parentField(object, name);
      if (link === null)
        throw this.#noColumn(path, `Didn't understand relationship '${name}' in field path.`);
      place.push(link.relationship ?? name);
      parents.push(parentRecords(link, catalog).object);
      const way = names
        .slice(0, at + 1)
        .join('.')
        .toLowerCase();
      [alias, object] = [this.#join(alias, link, way, [...place], [...parents]), parents.at(-1) ?? object];
    }
    const last = names.at(-1) ?? '';
    const field = catalog.field(object, last);
    if (field === null)
      throw this.#noColumn(
        path,
        `No such column '${last}' on entity '${object.name}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`,
      );
    return { sql: `${alias}.${columnOf(field)}`, field, parents, place: [...place, field.name] };
  }

  #join(
    from: string,
    link: DescribedField,
    way: string,
    place: readonly string[],
    parents: readonly DescribedObject[],
  ): string {
    const known = this.#joins.get(way);
    if (known !== undefined) return known.alias;
    const { object, sql: records } = parentRecords(link, this.#options.catalog);
    const alias = `t${this.#joins.size + 1}`;
    const sql = `LEFT JOIN ${records} ${alias} ON ${alias}."Id" = ${from}.${columnOf(link)}`;
    this.#joins.set(way, { alias, sql, object, place, parents });
    return alias;
  }

  /** Parents that are only asked for in a condition are not shown. */
  #presences(): { sql: string; column: Column }[] {
    return [...this.#joins.values()].map(({ alias, place, parents }) => ({
      sql: `${alias}."Id"`,
      column: { place, field: null, parents, presence: true },
    }));
  }

  #noColumn({ at }: Path, message: string): Error {
    return refusal(400, 'INVALID_FIELD', pointInto(this.#query.text, at, message));
  }

  #condition(condition: Condition): string {
    switch (condition.kind) {
      case 'and':
      case 'or':
        return `(${condition.parts.map((part) => this.#condition(part)).join(` ${condition.kind.toUpperCase()} `)})`;
      case 'not':
        return `NOT coalesce(${this.#condition(condition.part)}, 0)`;
      case 'compare':
        return this.#comparison(condition);
      case 'join':
        return this.#joined(condition);
    }
  }

  /** A record without a reference is in no list, and so is it here. */
  #joined({ path, sign, query }: Extract<Condition, { kind: 'join' }>): string {
    const { sql, field } = this.#reach(path);
    const inner = compileSoql(query, this.#options);
    checkJoined({ object: this.#object, field }, inner, this.#query);
    this.#values.push(...inner.values);
    const there = `${sql} IN (SELECT ${inner.first} ${inner.from} ${inner.where})`;
    return sign === 'IN' ? there : `NOT coalesce(${there}, 0)`;
  }

  #comparison({ path, sign, values }: Extract<Condition, { kind: 'compare' }>): string {
    const { sql, field } = this.#reach(path);
    if (sign === 'INCLUDES' || sign === 'EXCLUDES') return this.#includes(sql, sign, values);
    if (sign === 'LIKE') return `${sql} LIKE ${this.#value(values[0], field)} ESCAPE '\\'`;
    const [first] = values;
    if (sign === 'IN' || sign === 'NOT IN') {
      const listed = values.map((value) => this.#value(value, field)).join(', ');
      return sign === 'IN' ? `${sql} IN (${listed})` : `coalesce(${sql} NOT IN (${listed}), 1)`;
    }
    const range = first?.kind === 'word' ? instantRange(first.value, this.#options.nowMs) : null;
    if (range !== null)
      return this.#inRange(sql, sign, field.kind === 'date' ? range.map((day) => day.slice(0, 10)) : range);
    if (sign === '=') return `${sql} IS ${this.#value(first, field)}`;
    if (sign === '!=') return `${sql} IS NOT ${this.#value(first, field)}`;
    return `${sql} ${sign} ${this.#value(first, field)}`;
  }

  #inRange(sql: string, sign: string, [from = '', to = '']: readonly string[]): string {
    const bound = (value: string): string => {
      this.#values.push(value);
      return '?';
    };
    switch (sign) {
      case '=':
        return `(${sql} >= ${bound(from)} AND ${sql} < ${bound(to)})`;
      case '!=':
        return `NOT coalesce(${sql} >= ${bound(from)} AND ${sql} < ${bound(to)}, 0)`;
      case '<':
      case '>=':
        return `${sql} ${sign} ${bound(from)}`;
      default:
        return `${sql} ${sign === '>' ? '>=' : '<'} ${bound(to)}`;
    }
  }

  #includes(sql: string, sign: string, values: readonly Literal[]): string {
    const any = values.map(({ value }) =>
      value
        .split(';')
        .map((one) => {
          this.#values.push(`;${one};`);
          return `instr(';' || ${sql} || ';', ?) > 0`;
        })
        .join(' AND '),
    );
    const all = `coalesce(${any.map((one) => `(${one})`).join(' OR ')}, 0)`;
    return sign === 'INCLUDES' ? all : `NOT ${all}`;
  }

  /** A literal as the column keeps it. Throws where its kind is not the field's. */
  #value(literal: Literal | undefined, field: DescribedField): string {
    if (literal === undefined) throw malformed(this.#query.text, 0, 'a value is missing');
    this.#values.push(this.#kept(literal, field));
    return '?';
  }

  #kept(literal: Literal, field: DescribedField): SqliteValue {
    const { kind, value } = literal;
    const word = kind === 'word' ? value.toLowerCase() : '';
    if (word === 'null') return null;
    if (field.kind === 'boolean' && (word === 'true' || word === 'false')) return word === 'true' ? 1 : 0;
    if (isText(field) && kind === 'text') return value;
    if (isNumber(field) && kind === 'number') return Number(value);
    if ((field.kind === 'reference' || field.kind === 'id') && kind === 'text') return readId(value) ?? value;
    if (field.kind === 'date' && kind === 'instant' && value.length === 10) return value;
    if (field.kind === 'datetime' && kind === 'instant' && value.length > 10)
      return new Date(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')).toISOString();
    throw refusal(400, 'INVALID_FIELD', this.#wrongKind(field));
  }

  #wrongKind(field: DescribedField): string {
    const quoted = isText(field) || field.kind === 'reference' || field.kind === 'id';
    const kind = isText(field) ? 'string' : field.kind === 'datetime' ? 'dateTime' : field.kind;
    return `value of filter criterion for field '${field.name}' must be of type ${kind} and should ${quoted ? '' : 'not '}be enclosed in quotes`;
  }
}
