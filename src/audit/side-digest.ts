import { merkleRoot } from '../ledger/index.ts';
import { hex, type Row } from '../model/index.ts';
import { CanonicalForm } from './canonical-form.ts';
import type { ComparedFields } from './compared-fields.ts';
import { bucketCount, bucketOf, DigestBuckets } from './digest-buckets.ts';
import { ExactSum } from './exact-sum.ts';

/** One side's digest and exact sums, filled record by record. */
export class SideDigest {
  readonly buckets: DigestBuckets = new DigestBuckets();
  readonly #form: CanonicalForm;
  readonly #sums: readonly { readonly place: number; readonly field: string; readonly sum: ExactSum }[];

  constructor(compared: ComparedFields) {
    this.#form = new CanonicalForm(compared.types);
    this.#sums = compared.fields.flatMap(({ name, type }, place) =>
      type.kind === 'decimal' ? [{ place, field: name, sum: new ExactSum() }] : [],
    );
  }

  add(key: string, row: Row): void {
    this.buckets.add(bucketOf(key), this.#form.of(row));
    for (const { place, sum } of this.#sums) {
      const value = row[place] ?? null;
      if (value !== null) sum.add(value as string);
    }
  }

  /** Takes back what `add` did. */
  remove(key: string, row: Row): void {
    this.buckets.remove(bucketOf(key), this.#form.of(row));
    for (const { place, sum } of this.#sums) {
      const value = row[place] ?? null;
      if (value !== null) sum.subtract(value as string);
    }
  }

  sumsBeside(
    other: SideDigest,
  ): readonly { readonly field: string; readonly expected: string; readonly actual: string }[] {
    return this.#sums.map(({ field, sum }, at) => ({
      field,
      expected: sum.text,
      actual: other.#sums[at]?.sum.text ?? '',
    }));
  }
}

/** What goes into the ledger: the digests of both sides, and the root of the tree over the buckets of the target. */
export interface AuditEvidence {
  readonly form: string;
  readonly expectedDigest: string;
  readonly actualDigest: string;
  readonly merkleRoot: string;
  /** How many leaves the tree has. */
  readonly leaves: number;
}

const recordsPerLeaf = 64;
const leavesMin = 16;

export function evidenceOf(form: string, expected: DigestBuckets, actual: DigestBuckets): AuditEvidence {
  const leaves = leavesFor(Math.max(expected.records, actual.records));
  const folded = actual.fold(leaves);
  return {
    form,
    expectedDigest: expected.fold(leaves).digest(),
    actualDigest: folded.digest(),
    merkleRoot: hex(merkleRoot(folded.leaves())),
    leaves,
  };
}

/** A power of two that gives each leaf about `recordsPerLeaf` records. */
function leavesFor(records: number): number {
  let leaves = leavesMin;
  while (leaves < bucketCount && leaves * recordsPerLeaf < records) leaves *= 2;
  return leaves;
}
