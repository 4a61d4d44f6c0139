import type { OrphanProfile } from '../model/index.ts';
import { compareCodePoints } from './compare-values.ts';
import { type KeyStore, partitionNumbers } from './key-store.ts';
import type { Reference } from './references.ts';

export interface FoundOrphans {
  /** Records whose reference is not null. */
  readonly pointing: number;
  readonly orphans: number;
  /** Values nothing answers to, most records first, with the payload of the first record. */
  readonly most: readonly { readonly text: string; readonly records: number; readonly payload: string }[];
}

const mostMax = 10;

/** Which references resolve, exactly, one partition after the other. */
export function findOrphans(children: KeyStore, parents: KeyStore): FoundOrphans {
  let orphans = 0;
  let most: { text: string; records: number; payload: string }[] = [];
  for (const number of partitionNumbers) {
    const known = new Set<string>();
    for (const { text } of parents.partition(number)) known.add(text);
    const missing = new Map<string, { text: string; records: number; payload: string }>();
    for (const { text, payload } of children.partition(number)) {
      if (known.has(text)) continue;
      orphans += 1;
      const seen = missing.get(text);
      if (seen === undefined) missing.set(text, { text, records: 1, payload });
      else seen.records += 1;
    }
    most = [...most, ...missing.values()]
      .sort((a, b) => b.records - a.records || compareCodePoints(a.text, b.text))
      .slice(0, mostMax);
  }
  return { pointing: children.count, orphans, most };
}

/** Below this share of resolved values names only happened to agree: it is no reference. */
const resolvedMin = 0.5;

/** What is told about one reference; null when it was only believed and most values do not resolve. */
export function orphanProfile(
  reference: Reference,
  found: FoundOrphans,
  shown: (text: string) => string,
): OrphanProfile | null {
  const { pointing, orphans, most } = found;
  const resolved = pointing === 0 ? 1 : (pointing - orphans) / pointing;
  if (!reference.declared && (pointing === 0 || resolved < resolvedMin)) return null;
  return {
    fields: reference.fields,
    references: reference.to,
    declared: reference.declared,
    resolved: shareText(pointing - orphans, pointing),
    orphans: String(orphans),
    examples: most.slice(0, 5).map(({ text, records }) => `${shown(text)} (${records} records)`),
  };
}

/** Four decimals, cut and not rounded: 1 means all. */
function shareText(part: number, whole: number): string {
  if (part === whole) return '1';
  const digits = String(Math.floor((part / whole) * 10_000)).padStart(4, '0');
  return `0.${digits.replace(/0+$/, '') || '0'}`;
}
