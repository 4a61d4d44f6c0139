import type { ObjectMapping, Relation } from '../model/index.ts';
import { compileEach } from './compile-each.ts';
import { compileExpression } from './compile-expression.ts';
import type { Scope } from './program.ts';

/**
 * A source relation as far as an object of the mapping looks at it: what names its records, and the fields that expressions
 * and purge rules read. Nothing else has to be read, so no value of another field can keep a record back, in whatever way
 * it travels. Of files all is read: their records are lines.
 *
 * Throws as `compileTransform` does.
 */
export function lookedAt(object: ObjectMapping, source: Relation, lookups: Scope['lookups']): Relation {
  if (source.kind === 'file') return source;
  const scope: Scope = { fields: source.fields.map(({ name, type }) => ({ name, type })), lookups };
  const each = object.each ? compileEach(object.each, scope) : null;
  const programs = [
    ...object.purge.map(({ when }) => compileExpression(when, scope)),
    ...object.fields.map(({ from }) => compileExpression(from, each?.scope ?? scope)),
    ...(each ? [each.list] : []),
  ];
  const read = new Set([...source.identity, ...programs.flatMap(({ reads }) => reads)]);
  return { ...source, fields: source.fields.filter(({ name }) => read.has(name)) };
}
