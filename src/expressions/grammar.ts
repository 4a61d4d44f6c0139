import { hasSqlDetails, loadModule, parseSync, type Node as RawNode } from 'libpg-query';
import { keepWebAssemblyCalls } from '../host/index.ts';
import { expressionFault, type Place } from './expression-faults.ts';
import { placeOfByte, placeOfCharacter } from './place.ts';
import { refuseOversized } from './refuse-oversized.ts';
import { wholeName } from './whole-name.ts';

/** Loads PostgreSQL's grammar (WebAssembly). Once, before the first expression is compiled; again is free. */
export async function loadGrammar(): Promise<void> {
  keepWebAssemblyCalls();
  await loadModule();
}

/** The tree PostgreSQL's own parser makes of one bare expression. */
export interface ParsedExpression {
  readonly root: RawNode;
  /** Line and column of a location in the tree; null for -1 or none. */
  place(location: number | undefined): Place | null;
  /** A name of the tree, not cut; null where it cannot be told. */
  name(parsed: string, location: number | undefined): string | null;
}

// The line feed ends a comment that the text may end with; the parentheses keep everything but an expression out.
const before = 'SELECT (';
const after = '\n)';

/** Throws `expression.syntax` or `expression.too-large`. */
export function parseExpression(text: string): ParsedExpression {
  refuseOversized(text);
  const root = bareExpression(parseStatement(text));
  if (root === undefined)
    throw expressionFault(
      'expression.syntax',
      null,
      'this is more than one expression',
      'Write exactly one bare expression: no select, no list, no semicolon.',
    );
  return {
    root,
    // A tree that begins with the added parenthesis (a subquery, a list) begins where the text does.
    place: (location) =>
      location === undefined || location < before.length - 1
        ? null
        : placeOfByte(text, Math.max(location - before.length, 0)),
    name: (parsed, location) => wholeName(text, (location ?? 0) - before.length, parsed),
  };
}

function parseStatement(text: string): unknown {
  if (text.trim() === '')
    throw expressionFault('expression.syntax', { line: 1, column: 1 }, 'it is empty', 'Write an expression.');
  try {
    return parseSync(`${before}${text}${after}`);
  } catch (cause) {
    throw syntaxFault(text, cause);
  }
}

function syntaxFault(text: string, cause: unknown): Error {
  const details = hasSqlDetails(cause) ? cause.sqlDetails : undefined;
  const position = details?.cursorPosition;
  const known = position !== undefined && position >= before.length;
  const message = details?.message ?? (cause instanceof Error ? cause.message : 'it cannot be parsed');
  // Behind the last character stand only the line feed and the parenthesis that were added.
  const atEnd = known && position - before.length >= [...text].length;
  return expressionFault(
    'expression.syntax',
    known ? placeOfCharacter(text, Math.min(position - before.length, [...text].length)) : null,
    atEnd ? 'it ends where something more is expected' : withoutAdded(message),
    'Correct the expression; it follows the syntax of PostgreSQL.',
  );
}

/** PostgreSQL quotes all that follows an open quote, what was added included. */
function withoutAdded(message: string): string {
  return message.replace(`${after}"`, '"');
}

/** The only expression of `SELECT (expression)`, or undefined when the statement is anything more. */
function bareExpression(parsed: unknown): RawNode | undefined {
  const { stmts } = parsed as { stmts?: { stmt?: { SelectStmt?: Record<string, unknown> } }[] };
  const select = stmts?.length === 1 ? stmts[0]?.stmt?.SelectStmt : undefined;
  if (select === undefined) return undefined;
  const { targetList, limitOption: _limit, op: _operation, ...more } = select;
  const targets = targetList as { ResTarget?: { val?: RawNode; name?: string } }[] | undefined;
  const only = targets?.length === 1 ? targets[0]?.ResTarget : undefined;
  return Object.keys(more).length > 0 || only?.name !== undefined ? undefined : only?.val;
}
