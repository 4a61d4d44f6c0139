import type { SeededChoice } from '../../demo/seeded-choice.ts';
import { type DrawnField, declaredTarget, mappedFrom } from './drawn-field.ts';
import { named } from './drawn-names.ts';
import { type MappedField, shuffled } from './lane-case.ts';

/** A key of the source, its values made of the record's number, and of the target. */
export interface DrawnKey {
  readonly fields: readonly string[];
  readonly types: readonly string[];
  readonly values: readonly string[];
  readonly target: readonly string[];
}

/** What a target's SQL looks like. */
export interface TargetSql {
  readonly quoted: (name: string) => string;
  /** A field `parent` that refers to the table of that name. */
  readonly parent: string;
  /** Fields that no record brings. */
  readonly given: readonly string[];
  /** Types that no unique key takes. */
  readonly notUnique: RegExp;
}

/** What goes over. */
export interface Going {
  readonly table: string;
  readonly key: DrawnKey;
  /** Fields of the source. */
  readonly fields: readonly DrawnField[];
  /** Fields that the mapping computes, and their types. */
  readonly more?: readonly (MappedField & { readonly type: string })[];
}

/** Fewer fields, in another order, with rules of its own that some records break. */
export function drawTarget(
  choice: SeededChoice,
  { table, key, fields, more = [] }: Going,
  sql: TargetSql,
): { readonly target: string; readonly fields: readonly MappedField[] } {
  const { quoted } = sql;
  const kept = fields.filter(() => choice.chance(0.85));
  const withParent = choice.chance(0.4);
  const declared = [
    ...key.fields.map((name, at) => `${quoted(name)} ${key.target[at]}`),
    ...kept.map((field) => declaredTarget(choice, field, quoted)),
    ...more.map(({ field, type }) => `${quoted(field)} ${type}`),
    ...(withParent ? [sql.parent] : []),
    ...sql.given.filter(() => choice.chance(0.2)),
  ];
  const rules = [
    `PRIMARY KEY (${key.fields.map(quoted).join(', ')})`,
    ...uniqueKeys(
      choice,
      kept.filter(({ target }) => !sql.notUnique.test(target)).map(({ name }) => quoted(name)),
    ),
  ];
  return {
    target: `CREATE TABLE ${quoted(table)} (${[...shuffled(choice, declared), ...rules].join(', ')})`,
    fields: shuffled<MappedField>(choice, [
      ...key.fields.map((name) => ({ field: name, from: named(name) })),
      ...kept.map((field) => ({ field: field.name, from: mappedFrom(field) })),
      ...more.map(({ type: _type, ...field }) => field),
      ...(withParent ? [{ field: 'parent', from: 'parent' }] : []),
    ]),
  };
}

function uniqueKeys(choice: SeededChoice, fields: readonly string[]): readonly string[] {
  return [
    ...(choice.chance(0.3) && fields.length > 0 ? [`UNIQUE (${choice.of(fields)})`] : []),
    ...(choice.chance(0.1) && fields.length > 1 ? [`UNIQUE (${fields.slice(0, 2).join(', ')})`] : []),
  ];
}

/** Mostly enough for several slices, now and then none at all. */
export function drawRows(choice: SeededChoice): number {
  return choice.chance(0.05) ? choice.below(3) : 3 + choice.below(160);
}

/** PostgreSQL's own. */
export const postgresSql: TargetSql = {
  quoted: named,
  parent: 'parent integer REFERENCES parent',
  given: [`"given" text NOT NULL DEFAULT 'by the target'`, '"made" text GENERATED ALWAYS AS (NULL) STORED'],
  notUnique: /json|xml|point/,
};
