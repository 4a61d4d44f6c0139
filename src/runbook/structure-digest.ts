import type { Notary } from '../host/index.ts';
import { canonicalJson } from '../ledger/index.ts';
import type { Relation, Schema } from '../model/index.ts';

/**
 * A digest of everything about some relations that decides what may be written to them and what happens then: fields, types,
 * keys, references, checks, indexes, triggers and rules on them. Estimates, sizes and comments change nothing. For a target
 * leave out what the runbook creates, so that a run can be continued.
 */
export function structureDigest(
  schema: Schema,
  relations: readonly string[],
  digest: Notary['digest'],
): string {
  const kept = schema.relations
    .filter(({ name }) => relations.includes(name))
    .map(structureOf)
    .sort(byName);
  const around = schema.objects
    .filter(({ relation }) => relation !== null && relations.includes(relation))
    .map(({ kind, name, relation, definition }) => ({ kind, name, relation, definition }))
    .sort(byName);
  const missing = relations
    .filter((name) => !schema.relations.some((relation) => relation.name === name))
    .sort();
  return digest(canonicalJson({ kind: schema.kind, relations: kept, objects: around, missing }));
}

function structureOf(relation: Relation): Omit<Relation, 'rowsEstimate' | 'bytes' | 'comment' | 'fields'> & {
  readonly fields: readonly object[];
} {
  const { name, kind, fields, primaryKey, uniques, foreignKeys, indexes, checks, identity } = relation;
  return {
    name,
    kind,
    fields: fields.map((field) => ({
      name: field.name,
      type: field.type,
      native: field.native,
      nullable: field.nullable,
      default: field.default,
      generated: field.generated,
      counter: field.counter ?? null,
      virtual: field.virtual ?? false,
    })),
    primaryKey,
    uniques: [...uniques].sort(byName),
    foreignKeys: [...foreignKeys].sort(byName),
    indexes: [...indexes].sort(byName),
    checks: [...checks].sort(byName),
    identity,
  };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}
