import type { BadRecord } from '../model/index.ts';
import type { Difference } from './difference.ts';

type Unreadable = Extract<Difference, { kind: 'unreadable' }>;

const namedMax = 1_000;

/** Records that stand in the target and are no valid records of their relation. */
export class UnreadableRecords {
  readonly #othersAllowed: boolean;
  readonly #found: (Unreadable & { readonly known: boolean })[] = [];
  #count = 0;

  constructor(othersAllowed: boolean) {
    this.#othersAllowed = othersAllowed;
  }

  /** @param key the record's key as others are named by theirs; null when it cannot be known */
  add(key: string | null, { where, field, code, message }: BadRecord): void {
    this.#count += 1;
    if (this.#found.length >= namedMax) return;
    const why = `${code}: ${message}`;
    const known = key !== null;
    this.#found.push({ kind: 'unreadable', key: key ?? where, origin: null, field, why, known });
  }

  /** False when there are more than were kept to be named. */
  get complete(): boolean {
    return this.#count === this.#found.length;
  }

  /** The differences with these records: a missing record whose place holds an unreadable one is that one. */
  named(differences: readonly Difference[]): readonly Difference[] {
    const missing = new Map(
      differences.flatMap((one) => (one.kind === 'missing' ? [[one.key, one] as const] : [])),
    );
    const replaced = new Set<Difference>();
    const named = this.#found.flatMap(({ known, ...unreadable }): Unreadable[] => {
      const stead = known ? missing.get(unreadable.key) : undefined;
      if (stead === undefined || replaced.has(stead)) return this.#othersAllowed ? [] : [unreadable];
      replaced.add(stead);
      const { object, sourceKey } = stead;
      return [{ ...unreadable, origin: { object, sourceKey } }];
    });
    return [...differences.filter((one) => !replaced.has(one)), ...named];
  }
}
