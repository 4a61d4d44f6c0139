import { isGodwitError, type Value } from '../../model/index.ts';
import { elementOf } from '../array-types.ts';
import { Catalog } from '../catalog.ts';
import { checkExpression } from '../check/check-expression.ts';
import { fieldTypeOf } from '../check/type-names.ts';
import { makeClosure } from '../closures/make-closure.ts';
import { sqlStatesOf } from '../faults.ts';
import { parseExpression } from '../grammar.ts';
import type { Environment, Scope } from '../program.ts';
import type { TypeName } from '../registry.ts';
import type { AgreementCase, Answer } from './agreement-case.contract.ts';

const catalog = new Catalog(new Map());

const environment: Environment = {
  lookup: () => undefined,
  mask: () => '0'.repeat(64),
};

/** Evaluates a case with the compiled closure. */
export function evaluateHere({ expression, fields }: AgreementCase): Answer {
  try {
    const node = checkExpression(expression, parseExpression(expression), scopeOf(fields));
    const row = fields.map(({ type, value }) => (value === null ? null : catalog.input(type)(value)));
    const type = node.type === 'unknown' ? 'text' : node.type;
    return { kind: 'value', type, text: printed(makeClosure(node)(row, environment), type) };
  } catch (error) {
    if (isGodwitError(error)) return failed(error.code, error.message);
    throw error;
  }
}

/** The fields of a case as an expression sees them. */
export function scopeOf(fields: AgreementCase['fields']): Scope {
  return {
    fields: fields.map(({ type }, at) => ({
      name: `p${at + 1}`,
      type: fieldTypeOf(type, type === 'varchar' ? [10_000] : null, () => []),
    })),
    lookups: new Map(),
  };
}

/** As `::text` prints it, which differs from the output function for boolean and padded text. */
function printed(value: Value, type: TypeName): string | null {
  if (value === null) return null;
  if (type === 'bool') return value === true ? 'true' : 'false';
  if (type === 'bpchar') return (value as string).replace(/ +$/, '');
  const element = elementOf(type);
  return element === undefined || Array.isArray(value) ? catalog.output(type)(value) : null;
}

/** What the type checker says, in PostgreSQL's codes. */
const statesOfExpressions: Readonly<Record<string, readonly string[]>> = {
  'expression.syntax': ['42601'],
  'expression.type-mismatch': ['42883', '42804', '42846', '42P18', '42809'],
  'expression.ambiguous': ['42725', '42P18', '42804', '42883'],
  'expression.unknown-function': ['42883'],
  'expression.unknown-field': ['42703'],
  'expression.unknown-type': ['42704'],
};

const refusals: ReadonlySet<string> = new Set(['expression.not-allowed', 'expression.too-large']);

function failed(code: string, message: string): Answer {
  if (refusals.has(code)) return { kind: 'refused', message };
  const states = [...sqlStatesOf(code), ...(statesOfExpressions[code] ?? [])];
  return { kind: 'error', states, message };
}
