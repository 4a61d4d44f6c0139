import type { ColumnRef as RawField, Node as RawNode } from 'libpg-query';
import type { Catalog } from '../catalog.ts';
import { type ExpressionFaultCode, expressionFault, type Place } from '../expression-faults.ts';
import type { TypedNode } from '../nodes/index.ts';
import type { Scope } from '../program.ts';

/** What every part of the type checker is given: the names in reach, and the way back to the whole checker. */
export interface Checker {
  readonly catalog: Catalog;
  readonly scope: Scope;
  /** The text being compiled. */
  readonly text: string;
  /** Checks a part of the tree; throws `expression.too-large` when it is nested too deep. */
  check(raw: RawNode): TypedNode;
  place(location: number | undefined): Place | null;
  /** A name of the tree as it was written: the parser cuts long ones. */
  name(parsed: string, location: number | undefined): string | null;
}

/** The text of a name that stands alone, like a field's; undefined for anything else. Throws when it cannot be told. */
export function loneName(checker: Checker, { fields, location }: RawField): string | undefined {
  const [only, ...more] = fields ?? [];
  if (only === undefined || more.length > 0 || !('String' in only)) return undefined;
  const name = checker.name(only.String.sval ?? '', location);
  if (name === null) throw notAllowed(checker, location, 'a long name written U&"..."');
  return name;
}

export function fault(
  checker: Checker,
  code: ExpressionFaultCode,
  location: number | undefined,
  detail: string,
  nextStep: string,
): Error {
  return expressionFault(code, checker.place(location), detail, nextStep);
}

export function notAllowed(checker: Checker, location: number | undefined, what: string): Error {
  return fault(
    checker,
    'expression.not-allowed',
    location,
    what,
    'See the reference of the mapping language for what an expression may hold.',
  );
}
