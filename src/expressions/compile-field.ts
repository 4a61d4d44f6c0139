import {
  describeFieldType,
  type FieldMapping,
  type FieldType,
  findField,
  type Relation,
  type Row,
  type SqlDialect,
  type Value,
} from '../model/index.ts';
import { assignment } from './assign/assignment.ts';
import { compileExpression } from './compile-expression.ts';
import { compileValues, knownValues } from './compile-values.ts';
import type { FieldReading } from './field-reading.ts';
import type { Environment, LookupUse, Program, Scope } from './program.ts';
import type { FieldSql, PushableField } from './sql/push-transform.ts';
import { written } from './sql/sql-text.ts';
import { typeSent, writeAssignment } from './sql/write-assignment.ts';
import { writeValues } from './sql/write-values.ts';
import { noAssignment, requiredNull, unknownTargetField } from './transform-faults.ts';

/**
 * One field of an object: expression, then value map or assignment to the target's type, then the check for null.
 * `give` is the three in one closure, chosen once: it runs for every field of every record.
 */
export function compileField(mapping: FieldMapping, target: Relation, scope: Scope): FieldPlan {
  const field = findField(target, mapping.field);
  if (!field) throw unknownTargetField(mapping.field, target.name);
  const program = compileExpression(mapping.from, scope);
  const convert = mapping.values
    ? compileValues(mapping.field, mapping.values, program.type, field.type)
    : convertTo(mapping.field, program, field.type);
  const finish = field.nullable ? convert : required(mapping.field, convert);
  return {
    field: mapping.field,
    copyOf: mapping.values ? null : program.field,
    reading: mapping.values ? null : program.reading,
    lookups: program.lookups,
    evaluate: (row, environment) => program.evaluate(row, environment),
    finish,
    give: (row, environment) => finish(program.evaluate(row, environment)),
    type: field.type,
    toSql: (dialect, name) => fieldToSql(mapping, program, field.type, dialect, name),
  };
}

/** Null where none may stand is refused by the target itself. */
function fieldToSql(
  mapping: FieldMapping,
  program: Program,
  to: FieldType,
  dialect: SqlDialect,
  name: string,
): ReturnType<PushableField['toSql']> {
  const value = isAlwaysNull(program) ? written(() => `NULL::${typeSent(to)}`) : program.toSql(dialect);
  if (value.kind === 'impossible') return value;
  if (isAlwaysNull(program)) return { ...value, once: null };
  // To name a field costs more than to read it again.
  const over = program.field === null ? name : value.sql;
  const finished = written(() => {
    if (!mapping.values) return writeAssignment(over, program.type, to);
    return writeValues(over, program.type, to, knownValues(mapping.field, mapping.values, program.type, to));
  });
  if (finished.kind === 'impossible') return finished;
  if (program.field !== null) return { ...finished, once: null };
  return { kind: 'sql', ...namedOnce(finished.sql, name, value.sql) };
}

function namedOnce(sql: string, name: string, value: string): FieldSql {
  const [before = '', after = '', ...more] = sql.split(name);
  return more.length === 0
    ? { sql: `${before}${value}${after}`, once: null }
    : { sql, once: { name, sql: value } };
}

export interface FieldPlan extends PushableField {
  /** The field of text that it reads as a value; null when it does anything else. */
  readonly reading: FieldReading | null;
  readonly lookups: readonly LookupUse[];
  /** The expression's own value. */
  evaluate(row: Row, environment: Environment): Value;
  /** The value as the target field takes it; throws when it does not fit. */
  finish(value: Value): Value;
  give(row: Row, environment: Environment): Value;
}

type Convert = (value: Value) => Value;

function convertTo(field: string, program: Program, to: FieldType): Convert {
  const found = assignment(program.type, to);
  if (found.kind !== 'none') {
    const { apply } = found;
    return (value) => (value === null ? null : apply(value));
  }
  // NULL has no type of its own: it fits every field.
  if (isAlwaysNull(program)) return () => null;
  throw noAssignment(field, describeFieldType(program.type), describeFieldType(to), found.reason);
}

function isAlwaysNull({ reads, lookups, text }: Program): boolean {
  return reads.length === 0 && lookups.length === 0 && /^\s*null\s*$/i.test(text);
}

function required(field: string, convert: Convert): Convert {
  return (value) => {
    const converted = convert(value);
    if (converted === null) throw requiredNull(field);
    return converted;
  };
}
