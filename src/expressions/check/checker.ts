import type { Node as RawNode } from 'libpg-query';
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
