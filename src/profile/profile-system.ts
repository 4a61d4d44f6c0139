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
  const references = referencesOf(schema).map((reference) => new WatchedReference(reference, spill));
  const profiles: RelationProfile[] = [];
  for (const relation of schema.relations.filter(hasRecords)) {
    const kept = references.flatMap((reference) => reference.keptOf(relation.name));
    const profiler = new RelationProfiler(relation, options, spill, kept);
    for await (const batch of snapshot.read(relation, wholeRelation)) {
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

/** The keys on both ends of a reference. */
class WatchedReference {
  readonly reference: Reference;
  readonly children: KeyStore;
  readonly parents: KeyStore;

  constructor(reference: Reference, spill: SpillFile) {
    this.reference = reference;
    this.children = new KeyStore(spill);
    this.parents = new KeyStore(spill);
  }

  keptOf(relation: string): KeptFields[] {
    const kept: KeptFields[] = [];
    const { fields, to } = this.reference;
    if (this.reference.relation === relation) kept.push({ fields, store: this.children });
    if (to.relation === relation) kept.push({ fields: to.fields, store: this.parents });
    return kept;
  }
}
