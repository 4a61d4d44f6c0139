/** The mapping language: a declared subset of PostgreSQL's expressions with PostgreSQL's meaning, compiled to functions of a record. */
export { assignment } from './assign/assignment.ts';
export { compileExpression } from './compile-expression.ts';
export { type FunctionSignature, functionSignatures } from './function-signatures.ts';
export { loadGrammar } from './grammar.ts';
export { lookedAt } from './looked-at.ts';
export { compareDecimals } from './numbers/decimal-arithmetic.ts';
export type * from './program.ts';
export type { PushedField, PushedTransform } from './sql/push-transform.ts';
export { type PushedDown, pushedDown } from './sql/pushable-calls.ts';
export { type DateStyle, recognizeDateStyle, zoneOfText, zoneRulesVersion } from './time/index.ts';
export { compileTransform, expressionScope, type TransformOptions } from './transform.ts';
export type * from './transform-outcome.ts';
