import type { Snapshot } from '../connectors/index.ts';
import type { OrphanProfile, Profile, RelationProfile, Schema, Slice } from '../model/index.ts';
import { findOrphans, orphanProfile } from './find-orphans.ts';
import { KeyStore } from './key-store.ts';
import type { ProfileOptions } from './profile-options.ts';
import { type KeptFields, RelationProfiler, shownFor } from './profile-relation.ts';
import { hasRecords, type Reference, referencesOf } from './references.ts';
import { SpillFile } from './spill-file.ts';

/**
 * What the data of a system is like: each relation read once, references between them resolved at the end from the keys that
 * were kept on the way. Views are left out: their records are those of tables.
 */
export async function profileSystem(
  snapshot: Snapshot,
  schema: Schema,
  options: ProfileOptions,
): Promise<Profile> {
  using spill = new SpillFile(options.temporaryFolder);
  const references = watch(referencesOf(schema), spill);
  const profiles: RelationProfile[] = [];
  for (const relation of schema.relations.filter(hasRecords)) {
    const kept = keptOf(references, relation.name);
    const profiler = new RelationProfiler(relation, options, spill, kept);
    for await (const batch of snapshot.read(relation, wholeRelation, smallBatches)) {
      options.signal?.throwIfAborted();
      profiler.add(batch);
      options.onProgress?.({ relation: relation.name, rowsRead: profiler.rows });
    }
    for (const { store } of kept) store.seal();
    profiles.push(profiler.profile());
  }
  return {
    formatVersion: 1,
    relations: profiles.map((profile) => ({ ...profile, orphans: orphansOf(profile, references, options) })),
  };
}

/** Values of a batch survive the young generation's collections; small batches keep the heap small. */
export const smallBatches: { readonly batchRowsMax: number; readonly batchBytesMax: number } = {
  batchRowsMax: 200,
  batchBytesMax: 1024 * 1024,
};

export const wholeRelation: Slice = { number: 0, after: null, upTo: null, rowsEstimate: 0 };

function orphansOf(
  profile: RelationProfile,
  references: readonly WatchedReference[],
  options: ProfileOptions,
): OrphanProfile[] {
  return references
    .filter(({ reference }) => reference.relation === profile.relation)
    .flatMap(({ reference, children, parents }) => {
      const shown = shownFor(profile.relation, reference.fields, profile.fields, options);
      return orphanProfile(reference, findOrphans(children, parents), shown) ?? [];
    });
}

/** A reference with the keys on both of its ends. */
interface WatchedReference {
  readonly reference: Reference;
  readonly children: KeyStore;
  readonly parents: KeyStore;
}

/** References to the same key share its store. */
function watch(references: readonly Reference[], spill: SpillFile): WatchedReference[] {
  const stores = new Map<string, KeyStore>();
  return references.map((reference) => {
    const name = JSON.stringify([reference.to.relation, reference.to.fields]);
    const parents = stores.get(name) ?? new KeyStore(spill);
    stores.set(name, parents);
    return { reference, children: new KeyStore(spill), parents };
  });
}

function keptOf(references: readonly WatchedReference[], relation: string): KeptFields[] {
  const kept = new Map<KeyStore, readonly string[]>();
  for (const { reference, children, parents } of references) {
    if (reference.relation === relation) kept.set(children, reference.fields);
    if (reference.to.relation === relation) kept.set(parents, reference.to.fields);
  }
  return [...kept].map(([store, fields]) => ({ fields, store }));
}
