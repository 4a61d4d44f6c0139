import type { Check, Field, ForeignKey, Index, Key, Relation, Schema } from '../model/index.ts';

/** Why an older PostgreSQL cannot say a piece of structure, a clause for people; null where it can. */
export interface KnownTo {
  readonly key: (key: Key, source: Relation) => string | null;
  readonly foreignKey: (key: ForeignKey, parted: boolean) => string | null;
  readonly text: (piece: Check | Index) => string | null;
  readonly field: (field: Field) => string | null;
}

export function knownTo({ kind, version }: Pick<Schema, 'kind' | 'version'>): KnownTo {
  const major = Number.parseInt(version, 10);
  const since = (first: number, what: string): string | null =>
    // A version that says nothing is not taken for an old one.
    kind === 'postgres' && major < first ? `PostgreSQL ${major} has no ${what}` : null;
  const alike = (definition: string): string | null =>
    definition.includes(' NULLS NOT DISTINCT') ? since(15, 'keys for which nulls are alike') : null;
  return {
    key: (key, source) =>
      (key.withoutOverlaps ? since(18, 'keys without overlaps') : null) ??
      alike(source.indexes.find(({ name }) => name === key.name)?.definition ?? ''),
    foreignKey: (key, parted) =>
      (key.period ? since(18, 'references over spans of time') : null) ??
      (key.unenforced ? since(18, 'constraints that are not enforced') : null) ??
      (key.unproven && parted ? since(18, 'references of partitioned tables that are not valid') : null) ??
      (key.clears ? since(15, 'references that clear some of their fields') : null),
    text: ({ definition }) =>
      (definition.endsWith(' NOT ENFORCED') ? since(18, 'constraints that are not enforced') : null) ??
      (definition.startsWith('NOT NULL ') ? since(18, 'names for required fields') : null) ??
      alike(definition),
    field: ({ virtual }) => (virtual ? since(18, 'computed fields that are not stored') : null),
  };
}
