import type { ColumnRef as RawField, Node as RawNode } from 'libpg-query';
import { nearestName } from '../../model/index.ts';
import { createFieldNode, type FieldNode } from '../nodes/index.ts';
import { type Checker, fault, loneName, notAllowed } from './checker.ts';
import { modifiersOfField, typeOfField } from './type-names.ts';

/** A field of the row by its name: folded to lower case unless quoted, as PostgreSQL reads names. */
export function checkField(checker: Checker, raw: RawField): FieldNode {
  const name = loneName(checker, raw);
  if (name === undefined)
    throw notAllowed(checker, raw.location, 'a field is named by its own name alone, without a table');
  const index = checker.scope.fields.findIndex((field) => field.name === name);
  const field = checker.scope.fields[index];
  if (field === undefined) throw unknownField(checker, name, raw.location);
  return createFieldNode({
    type: typeOfField(field.type),
    modifiers: modifiersOfField(field.type),
    index,
    name,
    fieldType: field.type,
  });
}

/** The text of a name in the tree; undefined for a star. */
export function namePart(raw: RawNode): string | undefined {
  return 'String' in raw ? (raw.String.sval ?? '') : undefined;
}

function unknownField(checker: Checker, name: string, location: number | undefined): Error {
  const names = checker.scope.fields.map((field) => field.name);
  const nearest = nearestName(name, names);
  const folded = names.find((known) => known.toLowerCase() === name);
  const advice =
    folded === undefined
      ? nearest === null
        ? `The fields are: ${names.slice(0, 20).join(', ') || 'none'}.`
        : `Did you mean ${quoted(nearest)}?`
      : `Write "${folded}" with quotes: names without them are read in lower case.`;
  return fault(checker, 'expression.unknown-field', location, `no field is called ${quoted(name)}`, advice);
}

function quoted(name: string): string {
  return `"${name}"`;
}
