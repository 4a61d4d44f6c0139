import {
  describeFieldType,
  GodwitError,
  type ObjectMapping,
  type PurgeRule,
  type Relation,
  type Row,
  type SqlDialect,
} from '../model/index.ts';
import { compileEach, type EachPlan } from './compile-each.ts';
import { compileExpression } from './compile-expression.ts';
import { compileField, type FieldPlan } from './compile-field.ts';
import type { Environment, LookupUse, Program, Scope } from './program.ts';
import { type PushedTransform, pushTransform } from './sql/push-transform.ts';
import { purgeNotBoolean } from './transform-faults.ts';
import type {
  CompiledTransform,
  FieldCopy,
  FieldLookup,
  FieldTake,
  Refusal,
  TransformOutcome,
} from './transform-outcome.ts';

/**
 * One object of the mapping as a function from a source record to target records.
 *
 * Invariants: 1. the source record's fields come in the order of the relation's fields; what it gives has the order of
 * `targetFields`. 2. a record is purged by the first rule that holds, else rejected whole, else given whole: never half.
 * 3. no value is altered to fit: what does not fit is rejected. 4. it throws only when compiling, or for a defect of godwit.
 */
export function compileTransform(
  object: ObjectMapping,
  source: Relation,
  target: Relation,
  lookups: Scope['lookups'],
  options: TransformOptions = {},
): CompiledTransform {
  const scope: Scope = { fields: source.fields.map(({ name, type }) => ({ name, type })), lookups };
  const purges = object.purge.map((rule, at) => compilePurge(rule, at, scope));
  const each = object.each ? compileEach(object.each, scope) : null;
  const { only, except } = options;
  const fields = object.fields
    .filter(({ field }) => (only?.includes(field) ?? true) && !(except?.includes(field) ?? false))
    .map((field) => compileField(field, target, each?.scope ?? scope));
  return new MappedTransform(object.name, purges, each, fields);
}

/** For links in two passes: the first leaves fields out, the second writes the key and those fields only. */
export interface TransformOptions {
  readonly only?: readonly string[];
  readonly except?: readonly string[];
}

interface PurgePlan {
  readonly program: Program;
  readonly reason: string;
}

function compilePurge(rule: PurgeRule, at: number, scope: Scope): PurgePlan {
  const program = compileExpression(rule.when, scope);
  if (program.type.kind !== 'boolean') throw purgeNotBoolean(at, describeFieldType(program.type));
  return { program, reason: rule.reason };
}

class MappedTransform implements CompiledTransform {
  readonly object: string;
  readonly targetFields: readonly string[];
  readonly lookups: readonly FieldLookup[];
  readonly copies?: readonly FieldCopy[];
  readonly takes?: readonly FieldTake[];
  readonly #purges: readonly PurgePlan[];
  readonly #each: EachPlan | null;
  readonly #fields: readonly FieldPlan[];

  constructor(
    object: string,
    purges: readonly PurgePlan[],
    each: EachPlan | null,
    fields: readonly FieldPlan[],
  ) {
    this.object = object;
    this.targetFields = fields.map(({ field }) => field);
    this.#purges = purges;
    this.#each = each;
    this.#fields = fields;
    this.lookups = [
      ...purges.flatMap(({ program }) => program.lookups.map((use) => lookupOf(use, null, null))),
      ...fields.flatMap(({ field, lookups }) => lookups.map((use) => lookupOf(use, field, each))),
    ];
    const copies = fields.flatMap(({ field, copyOf }) =>
      copyOf === null ? [] : [{ source: copyOf, target: field }],
    );
    if (purges.length > 0 || each !== null) return;
    if (copies.length === fields.length) this.copies = copies;
    const takes = fields.flatMap(takeOf);
    if (takes.length === fields.length) this.takes = takes;
  }

  apply(row: Row, environment: Environment): TransformOutcome {
    try {
      const purged = this.#purgedBy(row, environment);
      if (purged) return purged;
      if (this.#each === null) return this.#records([row], environment);
      return this.#records(this.#each.rows(row, environment), environment);
    } catch (error) {
      return { kind: 'rejected', ...refusal(error, null, undefined) };
    }
  }

  push(dialect: SqlDialect): PushedTransform {
    if (this.#each !== null)
      return { kind: 'impossible', reason: 'one record becomes one for each element of a list' };
    return pushTransform(dialect, this.#purges, this.#fields);
  }

  refusals(row: Row, environment: Environment): readonly Refusal[] {
    const found = new Map<string, Refusal>();
    try {
      if (this.#purgedBy(row, environment)) return [];
      for (const extended of this.#each?.rows(row, environment) ?? [row])
        for (const field of this.#fields) {
          if (found.has(field.field)) continue;
          const refused = refusalOf(field, extended, environment);
          if (refused) found.set(field.field, refused);
        }
    } catch (error) {
      return [refusal(error, null, undefined)];
    }
    return this.#fields.flatMap(({ field }) => found.get(field) ?? []);
  }

  #purgedBy(row: Row, environment: Environment): TransformOutcome | null {
    for (let rule = 0; rule < this.#purges.length; rule += 1) {
      const plan = this.#purges[rule];
      if (plan?.program.evaluate(row, environment) === true)
        return { kind: 'purged', rule, reason: plan.reason };
    }
    return null;
  }

  #records(rows: readonly Row[], environment: Environment): TransformOutcome {
    const fields = this.#fields;
    const records: Row[] = [];
    let at = 0;
    try {
      for (const row of rows) {
        const record: Row[number][] = [];
        for (at = 0; at < fields.length; at += 1) record.push(fields[at]?.give(row, environment) ?? null);
        records.push(record);
      }
    } catch (error) {
      const { value: _, ...rejected } = refusal(error, fields[at]?.field ?? null, undefined);
      return { kind: 'rejected', ...rejected };
    }
    return { kind: 'records', rows: records };
  }
}

function takeOf({ field, copyOf, reading }: FieldPlan): readonly FieldTake[] {
  if (copyOf !== null) return [{ source: copyOf, target: field, read: null }];
  if (reading === null) return [];
  const { field: source, ...read } = reading;
  return [{ source, target: field, read }];
}

function refusalOf(field: FieldPlan, row: Row, environment: Environment): Refusal | null {
  let value: Row[number] | undefined;
  try {
    value = field.evaluate(row, environment);
    field.finish(value);
    return null;
  } catch (error) {
    return refusal(error, field.field, value);
  }
}

/** Only what a record's content can cause is a refusal; anything else is a defect and goes on as it is. */
function refusal(error: unknown, field: string | null, value: Row[number] | undefined): Refusal {
  if (!(error instanceof GodwitError) || error.fate !== 'never') throw error;
  return { code: error.code, message: error.message, field, value };
}

function lookupOf(use: LookupUse, field: string | null, each: EachPlan | null): FieldLookup {
  const { object, optional } = use;
  const asked = (row: Row): readonly (string | null)[] => askedOf(use, each, row);
  return { object, optional, field, asked, keys: (row) => asked(row).filter((key) => key !== null) };
}

/** The list of an `each` is taken before any id is known; `compileEach` refuses lookups in it. */
const noAnswers: Environment = { lookup: () => undefined, mask: (text) => text };

/** A key that cannot be computed is not asked for: `apply` rejects the record, and says where. */
function askedOf(use: LookupUse, each: EachPlan | null, row: Row): readonly (string | null)[] {
  const keys: (string | null)[] = [];
  try {
    for (const extended of each?.rows(row, noAnswers) ?? [row]) keys.push(use.key(extended));
  } catch (error) {
    refusal(error, null, undefined);
  }
  return keys;
}

/** What the field expressions of an object see: the source's fields, and the element of its `each`. */
export function expressionScope(object: ObjectMapping, source: Relation, lookups: Scope['lookups']): Scope {
  const scope: Scope = { fields: source.fields.map(({ name, type }) => ({ name, type })), lookups };
  return object.each ? compileEach(object.each, scope).scope : scope;
}
