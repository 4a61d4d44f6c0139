/** What undoing one record needs; contents of columns as the shelf keeps them. */
export interface UndoEntry<Before extends BeforeImage = BeforeImage> {
  /** Values of the pack's key; empty where the relation has no key, then the digest names the record. */
  readonly key: readonly (string | null)[];
  /** Digest of the record as this slice left it. */
  readonly after: string;
  /** What was there before, or null when the slice added the record. */
  readonly before: Before | null;
}

export interface BeforeImage {
  readonly digest: string;
  /** Values of the pack's `restored`. */
  readonly values: readonly (string | null)[];
}

/** The undo information of some records of a slice; one is written for each batch, so that memory stays bounded. */
export interface UndoPack<Before extends BeforeImage = BeforeImage> {
  readonly key: readonly string[];
  /** All columns of the table when it was written: what digests cover, in this order. */
  readonly columns: readonly string[];
  /** The columns of before-images. */
  readonly restored: readonly string[];
  readonly entries: readonly UndoEntry<Before>[];
}

/**
 * One pack for each layout, one entry for each record: a record written twice in the slice goes from its last state
 * straight back to its first. The last added come first, so that children go before their parents.
 */
export function netChanges<Before extends BeforeImage>(
  packs: readonly UndoPack<Before>[],
): UndoPack<Before>[] {
  const layouts = new Map<string, { pack: UndoPack<Before>; entries: Map<string, UndoEntry<Before>> }>();
  for (const [number, pack] of packs.entries()) {
    const { key, columns, restored } = pack;
    const layout = JSON.stringify([key, columns, restored]);
    const merged = layouts.get(layout) ?? { pack, entries: new Map<string, UndoEntry<Before>>() };
    layouts.set(layout, merged);
    for (const [at, entry] of pack.entries.entries()) {
      const name = key.length === 0 ? `${number} ${at}` : JSON.stringify(entry.key);
      const earlier = merged.entries.get(name);
      merged.entries.set(name, earlier === undefined ? entry : { ...entry, before: earlier.before });
    }
  }
  return [...layouts.values()].map(({ pack, entries }) => ({
    ...pack,
    entries: [...entries.values()].reverse(),
  }));
}
