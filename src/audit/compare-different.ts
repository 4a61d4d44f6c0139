import type { AuditOptions } from './audited-relation.ts';
import type { BothSides } from './both-sides.ts';
import { RecordComparison } from './compare-records.ts';
import type { ComparedFields } from './compared-fields.ts';
import type { Difference } from './difference.ts';
import { bucketOf, type DigestBuckets } from './digest-buckets.ts';
import type { KeyFilter } from './key-filter.ts';
import type { SideDigest } from './side-digest.ts';
import type { UnreadableRecords } from './unreadable-records.ts';

export interface Outcome {
  readonly differences: readonly Difference[];
  /** False when there are more differences than were named. */
  readonly complete: boolean;
  /** Records of others that the first look took for ours. */
  readonly rowsOthers: number;
}

export interface DigestedSides {
  readonly compared: ComparedFields;
  readonly expected: SideDigest;
  readonly actual: SideDigest;
  readonly unreadable: UnreadableRecords;
}

const recordsPerRound = 50_000;
const differencesMaxDefault = 1_000;

/**
 * Reads the differing buckets again, a bounded number of records at a time, and compares them one by one. What is explained
 * goes out of the digests: quarantined records that arrived are expected after all, upserted records take the place of those
 * they changed, records of others are not looked at.
 *
 * @param ours keys that are ours where others have records too; else null, and every record nobody expects is `extra`
 */
export async function compareDifferent(
  both: BothSides,
  { compared, expected, actual, unreadable }: DigestedSides,
  options: AuditOptions,
  ours: KeyFilter | null,
): Promise<Outcome> {
  const max = options.differencesMax ?? differencesMaxDefault;
  const different = expected.buckets.difference(actual.buckets);
  const found: Difference[] = [];
  let rowsOthers = 0;
  let left = roundsOf(different, expected.buckets, actual.buckets);
  for (; left.length > 0 && found.length <= max; left = left.slice(1)) {
    const round = left[0] ?? new Set();
    const { differences, explained, replaced, others } = await compareRound(both, compared, round, ours);
    for (const { key, row } of replaced) expected.remove(key, row);
    for (const { key, row } of explained) expected.add(key, row);
    if (ours !== null) for (const { key, row } of others) actual.remove(key, row);
    if (ours !== null) rowsOthers += others.length;
    for (const difference of differences)
      if (ours === null || difference.kind !== 'extra') found.push(difference);
  }
  const named = unreadable.named(found);
  return {
    differences: named.slice(0, max),
    complete: left.length === 0 && named.length <= max && unreadable.complete,
    rowsOthers,
  };
}

async function compareRound(
  both: BothSides,
  compared: ComparedFields,
  round: ReadonlySet<number>,
  ours: KeyFilter | null,
): Promise<ReturnType<RecordComparison['compare']>> {
  const comparison = new RecordComparison(compared);
  const inRound = (key: string): boolean => round.has(bucketOf(key));
  await both.readExpectedSide('compare', inRound, (key, row, excused, origin, upserted) =>
    comparison.expect(key, row, origin, { excused, upserted }),
  );
  await both.readActualSide(
    'compare',
    (key) => inRound(key) && (ours === null || ours.mayHold(key)),
    (key, row) => comparison.find(key, row),
    () => undefined,
  );
  return comparison.compare();
}

function roundsOf(
  buckets: readonly number[],
  expected: DigestBuckets,
  actual: DigestBuckets,
): readonly ReadonlySet<number>[] {
  const rounds: Set<number>[] = [];
  let records = Number.POSITIVE_INFINITY;
  for (const bucket of buckets) {
    const more = (expected.counts[bucket] ?? 0) + (actual.counts[bucket] ?? 0);
    if (records + more > recordsPerRound) {
      rounds.push(new Set());
      records = 0;
    }
    rounds.at(-1)?.add(bucket);
    records += more;
  }
  return rounds;
}
