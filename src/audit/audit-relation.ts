import type { AuditedRelation, AuditOptions, ExpectedAccount, IdSource } from './audited-relation.ts';
import { BothSides } from './both-sides.ts';
import { canonicalFormVersion } from './canonical-form.ts';
import { compareDifferent, type Outcome } from './compare-different.ts';
import { type ComparedFields, comparedFields } from './compared-fields.ts';
import type { Difference } from './difference.ts';
import { KeyFilter } from './key-filter.ts';
import { type AuditEvidence, evidenceOf, SideDigest } from './side-digest.ts';
import { UnreadableRecords } from './unreadable-records.ts';

export interface RelationAudit {
  readonly relation: string;
  readonly objects: readonly string[];
  readonly verdict: 'equal' | 'different';
  readonly rowsSource: number;
  readonly rowsExpected: number;
  /** Records found in the target, without those of others. */
  readonly rowsTarget: number;
  /** Records in the target that are none of our business. */
  readonly rowsOthers: number;
  readonly rowsPurged: number;
  readonly rowsQuarantined: number;
  readonly purgedBy: readonly { readonly reason: string; readonly rows: number }[];
  readonly unexplained: ExpectedAccount['unexplained'];
  readonly unexplainedCount: number;
  readonly differences: readonly Difference[];
  /** False when there are more differences than were named. */
  readonly differencesComplete: boolean;
  readonly sums: readonly { readonly field: string; readonly expected: string; readonly actual: string }[];
  readonly compared: ComparedFields;
  readonly evidence: AuditEvidence;
}

/**
 * Audits one target relation against everything that is mapped into it, field by field, in both directions.
 *
 * Method: 1. both sides are streamed once into order-free digests by key (`DigestBuckets`) with exact sums beside them.
 * 2. only where digests differ both sides are read again, and the records are compared one by one. 3. what the comparison
 * explains (records in quarantine that arrived, records of others) is taken out of the digests, so that equal means equal.
 *
 * Invariants: 1. it reads source and target itself and knows nothing of how the records got there. 2. memory does not grow
 * with the data. 3. a green result means: counts, all digests, and all sums agree, and every absent record is explained.
 */
export async function auditRelation(
  audited: AuditedRelation,
  ids: IdSource,
  options: AuditOptions = {},
): Promise<RelationAudit> {
  const compared = comparedFields(audited);
  const both = new BothSides(audited, compared, ids, options);
  const expected = new SideDigest(compared);
  const actual = new SideDigest(compared);
  // Where others have records too, only those under a key of ours are looked at.
  const ours = audited.othersAllowed ? new KeyFilter() : null;
  let rowsOthers = 0;
  const every = (): boolean => true;
  const accounts = await both.readExpectedSide('digest', every, (key, row, excused) => {
    ours?.add(key);
    if (!excused) expected.add(key, row);
  });
  const unreadable = new UnreadableRecords(audited.othersAllowed);
  const mayBeOurs = (key: string): boolean => {
    if (ours === null || ours.mayHold(key)) return true;
    rowsOthers += 1;
    return false;
  };
  await both.readActualSide(
    'digest',
    mayBeOurs,
    (key, row) => actual.add(key, row),
    (key, bad) => unreadable.add(key, bad),
  );
  const outcome = await compareDifferent(both, { compared, expected, actual, unreadable }, options, ours);
  return report(audited, compared, {
    ...outcome,
    accounts,
    expected,
    actual,
    rowsOthers: rowsOthers + outcome.rowsOthers,
  });
}

interface Audited extends Outcome {
  readonly accounts: readonly ExpectedAccount[];
  readonly expected: SideDigest;
  readonly actual: SideDigest;
}

function report(audited: AuditedRelation, compared: ComparedFields, outcome: Audited): RelationAudit {
  const { accounts, expected, actual, differences, complete, rowsOthers } = outcome;
  const total = (pick: (account: ExpectedAccount) => number): number =>
    accounts.reduce((sum, account) => sum + pick(account), 0);
  const unexplainedCount = total((account) => account.unexplainedCount);
  const purgedBy = accounts.flatMap((account) =>
    [...account.purgedBy].map(([reason, rows]) => ({ reason, rows })),
  );
  return {
    relation: audited.relation.name,
    objects: audited.objects.map((object) => object.name),
    verdict: differences.length === 0 && complete && unexplainedCount === 0 ? 'equal' : 'different',
    rowsSource: total((account) => account.rowsRead),
    rowsExpected: expected.buckets.records,
    rowsTarget: actual.buckets.records,
    rowsOthers,
    rowsPurged: total((account) => account.rowsPurged),
    rowsQuarantined: total((account) => account.rowsQuarantined),
    purgedBy,
    unexplained: accounts.flatMap((account) => account.unexplained),
    unexplainedCount,
    differences,
    differencesComplete: complete,
    sums: expected.sumsBeside(actual),
    compared,
    evidence: evidenceOf(canonicalFormVersion, expected.buckets, actual.buckets),
  };
}
