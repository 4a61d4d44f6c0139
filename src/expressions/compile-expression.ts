import { type FieldType, isGodwitError, type Row } from '../model/index.ts';
import { checkExpression } from './check/check-expression.ts';
import { fieldTypeOf } from './check/type-names.ts';
import { keyOf } from './closures/close-lookup.ts';
import { lookupsOf, makeClosure } from './closures/make-closure.ts';
import { readingOf } from './field-reading.ts';
import { parseExpression } from './grammar.ts';
import { distinguish, type TypedNode } from './nodes/index.ts';
import type { LookupUse, Program, Scope } from './program.ts';
import { written } from './sql/sql-text.ts';
import { writeNode } from './sql/write-node.ts';

/**
 * Compiles one expression of the mapping language: PostgreSQL's grammar, PostgreSQL's rules of types, PostgreSQL's meaning.
 * `loadGrammar()` must have been awaited once. Throws `expression.*` with line and column, or `value.*` for a literal that
 * cannot be read.
 */
export function compileExpression(text: string, scope: Scope): Program {
  const root = checkExpression(text, parseExpression(text), scope);
  return Object.freeze({
    text,
    type: resultType(root, scope),
    reads: Object.freeze([...fieldsReadBy(root)]),
    field: fieldOf(root),
    reading: readingOf(root, resultType(root, scope)),
    lookups: Object.freeze(lookupsOf(root).map(lookupUse)),
    evaluate: closureOf(root),
    toSql: () => written(() => writeNode(root)),
  });
}

/** A bare field is handed on as it is, whatever it holds. */
function closureOf(root: TypedNode): Program['evaluate'] {
  const own = distinguish(root);
  if (own.kind !== 'field') return makeClosure(root);
  const { index } = own;
  return (row) => row[index] ?? null;
}

function fieldOf(root: TypedNode): string | null {
  const own = distinguish(root);
  return own.kind === 'field' ? own.name : null;
}

function resultType(root: TypedNode, scope: Scope): FieldType {
  const own = distinguish(root);
  if (own.kind === 'field') return own.fieldType;
  return fieldTypeOf(root.type, root.modifiers, (name) => labelsOf(scope, name));
}

function labelsOf(scope: Scope, name: string): readonly string[] {
  const found: FieldType[] = [
    ...scope.fields.map(({ type }) => type),
    ...[...scope.lookups.values()].flatMap(({ key, id }) => [...key, id]),
  ];
  const labels = found.map((type) => (type.kind === 'list' ? type.of : type));
  return labels.flatMap((type) => (type.kind === 'enum' && type.name === name ? [type.labels] : []))[0] ?? [];
}

function fieldsReadBy(node: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    if ('kind' in part && part.kind === 'field' && 'name' in part) names.add(String(part.name));
    for (const below of Object.values(part)) visit(below);
  };
  visit(node);
  return names;
}

function lookupUse(node: ReturnType<typeof lookupsOf>[number]): LookupUse {
  const key = keyOf(node, makeClosure);
  return Object.freeze({
    object: node.object,
    optional: node.optional,
    key: (row: Row) => {
      try {
        return key(row);
      } catch (cause) {
        // A key that cannot be computed asks for nothing beforehand: it may stand in a branch this record never takes,
        // and where it is taken, evaluating says what is wrong.
        if (isGodwitError(cause)) return null;
        throw cause;
      }
    },
  });
}
