import type { Journal } from '../engine/index.ts';

/** For each object, the source records that have an open entry in quarantine: by key, or by place where no key could be read. */
export async function quarantinedKeys(
  journal: Journal,
  run: string,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const keys = new Map<string, Set<string>>();
  for await (const { id, object } of journal.entries({ run, state: 'open' })) {
    const kept = await journal.entry(id);
    if (kept === null) continue;
    const known = keys.get(object) ?? new Set<string>();
    keys.set(object, known.add(kept.entry.key ?? kept.entry.where));
  }
  return keys;
}
