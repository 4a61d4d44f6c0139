import type { DuplicateProfile } from '../model/index.ts';
import { compareCodePoints } from './compare-values.ts';
import { HashTable } from './hash-table.ts';
import { type KeyStore, partitionNumbers } from './key-store.ts';
import type { NaturalKey } from './natural-keys.ts';

export interface FoundDuplicates {
  readonly groups: number;
  readonly records: number;
  /** The largest groups: their key, how many records, and the payloads of the first of them. */
  readonly largest: readonly {
    readonly text: string;
    readonly records: number;
    readonly payloads: readonly string[];
  }[];
}

interface Group {
  readonly text: string;
  records: number;
  readonly payloads: string[];
}

const largestMax = 10;
const payloadsMax = 3;

/** Counts keys that more than one record has, exactly, one partition after the other. */
export function findDuplicates(store: KeyStore): FoundDuplicates {
  let groups = 0;
  let records = 0;
  let largest: Group[] = [];
  for (const number of partitionNumbers) {
    const found = doubled(store, number);
    groups += found.length;
    for (const group of found) records += group.records;
    largest = [...largest, ...found]
      .sort((a, b) => b.records - a.records || compareCodePoints(a.text, b.text))
      .slice(0, largestMax);
  }
  return { groups, records, largest };
}

/** First the hashes of all keys, then only those keys whose hash was there twice: few texts are ever made. */
function doubled(store: KeyStore, number: number): Group[] {
  const size = store.size(number);
  if (size < 2) return [];
  const table = new HashTable(size);
  const hash = new Uint32Array(2);
  let twice = false;
  store.each(number, (key) => {
    key.hash(hash);
    if (table.mark(table.put(hash)) > 0) twice = true;
  });
  return twice ? groupsOf(store, number, table) : [];
}

function groupsOf(store: KeyStore, number: number, table: HashTable): Group[] {
  const groups = new Map<string, Group>();
  const hash = new Uint32Array(2);
  store.each(number, (key) => {
    key.hash(hash);
    if (table.marks(hash) < 2) return;
    const { text } = key;
    const group = groups.get(text);
    if (group === undefined) groups.set(text, { text, records: 1, payloads: [key.payload] });
    else {
      group.records += 1;
      if (group.payloads.length < payloadsMax) group.payloads.push(key.payload);
    }
  });
  return [...groups.values()].filter((group) => group.records > 1);
}

/** What is told about one key; null when no value of it is doubled. */
export function duplicateProfile(
  key: NaturalKey,
  store: KeyStore,
  shown: (text: string) => string,
): DuplicateProfile | null {
  const { groups, records, largest } = findDuplicates(store);
  if (groups === 0) return null;
  return {
    fields: key.fields,
    because: key.folded ? `${key.because}, compared without case and extra spaces` : key.because,
    groups: String(groups),
    records: String(records),
    examples: largest.slice(0, 5).map((group) => `${shown(group.text)} (${group.records} records)`),
  };
}
