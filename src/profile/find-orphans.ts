import type { OrphanProfile } from '../model/index.ts';
import { compareCodePoints } from './compare-values.ts';
import { HashTable } from './hash-table.ts';
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

interface MissingKey {
  readonly text: string;
  readonly payload: string;
  records: number;
}

/**
 * Which references resolve, one partition after the other. Keys are compared by hashes of 64 bits: that a missing one is
 * taken for one that is there has a probability below 10^-6 for 10 million references.
 */
export function findOrphans(children: KeyStore, parents: KeyStore): FoundOrphans {
  let orphans = 0;
  let most: MissingKey[] = [];
  for (const number of partitionNumbers) {
    if (children.size(number) === 0) continue;
    const missing = missingKeys(children, parents, number);
    for (const { records } of missing) orphans += records;
    most = [...most, ...missing]
      .sort((a, b) => b.records - a.records || compareCodePoints(a.text, b.text))
      .slice(0, mostMax);
  }
  return { pointing: children.count, orphans, most };
}

function missingKeys(children: KeyStore, parents: KeyStore, number: number): MissingKey[] {
  const known = new HashTable(parents.size(number));
  const hash = new Uint32Array(2);
  parents.each(number, (key) => {
    key.hash(hash);
    known.put(hash);
  });
  const missing = new Map<string, MissingKey>();
  children.each(number, (key) => {
    key.hash(hash);
    if (known.has(hash)) return;
    const { text } = key;
    const seen = missing.get(text);
    if (seen === undefined) missing.set(text, { text, payload: key.payload, records: 1 });
    else seen.records += 1;
  });
  return [...missing.values()];
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
