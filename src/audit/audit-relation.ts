import type { Snapshot } from '../connectors/index.ts';
import { merkleRoot } from '../ledger/index.ts';
import { hex, type Relation, type Row } from '../model/index.ts';
import { CanonicalWriter, canonicalFormVersion } from './canonical-form.ts';
import { RecordComparison } from './compare-records.ts';
import { arrange, type ComparedFields, comparedFields, keyText, placesOf } from './compared-fields.ts';
import type { Difference, RecordOrigin } from './difference.ts';
import { bucketCount, bucketOf, DigestBuckets } from './digest-buckets.ts';
import { ExactSum } from './exact-sum.ts';
import { type AuditedObject, type ExpectedAccount, type IdSource, readExpected } from './read-expected.ts';

/**
 * Audits one target relation against everything that is mapped into it, field by field, in both directions.
 *
 * Method: 1. both sides are streamed once into order-free digests by key (`DigestBuckets`) with exact sums beside them.
 * 2. only where digests differ both sides are read again, and the records are compared one by one.
 *
 * Invariants: 1. it reads source and target itself and knows nothing of how the records got there. 2. memory does not grow
 * with the data. 3. a green result means: counts, all digests, and all sums agree, and every absent record is explained.
 */
export interface AuditedRelation {
  readonly relation: Relation;
  readonly snapshot: Snapshot;
  /** Target fields that name a record. */
  readonly key: readonly string[];
  readonly objects: readonly AuditedObject[];
  /** Records that were there before the run and are none of our business (append, upsert); else they are `extra`. */
  readonly othersAllowed: boolean;
}

export interface AuditOptions {
  /** Stop naming differences after this many; what lies behind is said as "at least". Default 1,000. */
  readonly differencesMax?: number;
  readonly onProgress?: (progress: {
    readonly relation: string;
    readonly rowsRead: number;
    readonly phase: 'digest' | 'compare';
  }) => void;
  readonly signal?: AbortSignal;
}

export interface RelationAudit {
  readonly relation: string;
  readonly objects: readonly string[];
  readonly verdict: 'equal' | 'different';
  readonly rowsSource: number;
  readonly rowsExpected: number;
  readonly rowsTarget: number;
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
  readonly evidence: {
    readonly form: string;
    readonly expectedDigest: string;
    readonly actualDigest: string;
    readonly merkleRoot: string;
  };
}

const recordsPerRound = 50_000;
const differencesMaxDefault = 1_000;
const progressEveryRows = 20_000;

export async function auditRelation(
  audited: AuditedRelation,
  ids: IdSource,
  options: AuditOptions = {},
): Promise<RelationAudit> {
  const compared = comparedFields(
    audited.relation,
    audited.key,
    audited.objects.map((object) => object.transform),
  );
  const both = new BothSides(audited, compared, ids, options);
  const expected = new SideDigest(compared);
  const actual = new SideDigest(compared);
  const accounts = await both.readExpectedSide((key, row, excused) => {
    if (!excused) expected.add(key, row);
  });
  await both.readActualSide((key, row) => actual.add(key, row));
  const { differences, complete } = await compareDifferent(
    both,
    compared,
    expected.buckets,
    actual.buckets,
    options,
  );
  const wanted = audited.othersAllowed ? differences.filter(({ kind }) => kind !== 'extra') : differences;
  return report(audited, compared, { accounts, expected, actual, differences: wanted, complete });
}

interface Outcome {
  readonly accounts: readonly ExpectedAccount[];
  readonly expected: SideDigest;
  readonly actual: SideDigest;
  readonly differences: readonly Difference[];
  readonly complete: boolean;
}

function report(audited: AuditedRelation, compared: ComparedFields, outcome: Outcome): RelationAudit {
  const { accounts, expected, actual, differences, complete } = outcome;
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
    rowsPurged: total((account) => account.rowsPurged),
    rowsQuarantined: total((account) => account.rowsQuarantined),
    purgedBy,
    unexplained: accounts.flatMap((account) => account.unexplained),
    unexplainedCount,
    differences,
    differencesComplete: complete,
    sums: expected.sumsBeside(actual),
    compared,
    evidence: {
      form: canonicalFormVersion,
      expectedDigest: expected.buckets.digest(),
      actualDigest: actual.buckets.digest(),
      merkleRoot: hex(
        merkleRoot(Array.from({ length: bucketCount }, (_, bucket) => actual.buckets.leaf(bucket))),
      ),
    },
  };
}

/** Reads the differing buckets again, a bounded number of records at a time, and compares them one by one. */
async function compareDifferent(
  both: BothSides,
  compared: ComparedFields,
  expected: DigestBuckets,
  actual: DigestBuckets,
  options: AuditOptions,
): Promise<{ differences: readonly Difference[]; complete: boolean }> {
  const max = options.differencesMax ?? differencesMaxDefault;
  const rounds = splitIntoRounds(expected.difference(actual), expected, actual);
  const differences: Difference[] = [];
  for (const [at, round] of rounds.entries()) {
    const comparison = new RecordComparison(compared);
    await both.readExpectedSide((key, row, excused, origin) => {
      if (round.has(bucketOf(key))) comparison.expect(key, row, origin, excused);
    });
    await both.readActualSide((key, row) => {
      if (round.has(bucketOf(key))) comparison.find(key, row);
    });
    differences.push(...comparison.differences());
    if (differences.length >= max && at < rounds.length - 1)
      return { differences: differences.slice(0, max), complete: false };
  }
  return { differences: differences.slice(0, max), complete: differences.length <= max };
}

function splitIntoRounds(
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

type ExpectedRecordVisitor = (key: string, row: Row, excused: boolean, origin: RecordOrigin) => void;

/** The two streams an audit reads, as often as it needs them. */
class BothSides {
  readonly #audited: AuditedRelation;
  readonly #compared: ComparedFields;
  readonly #ids: IdSource;
  readonly #options: AuditOptions;

  constructor(audited: AuditedRelation, compared: ComparedFields, ids: IdSource, options: AuditOptions) {
    this.#audited = audited;
    this.#compared = compared;
    this.#ids = ids;
    this.#options = options;
  }

  async readExpectedSide(visit: ExpectedRecordVisitor): Promise<readonly ExpectedAccount[]> {
    const accounts: ExpectedAccount[] = [];
    const progress = this.#progress();
    for (const object of this.#audited.objects) {
      const visitor = {
        expect: (row: Row, sourceKey: string, excused: boolean): void => {
          progress();
          visit(keyText(row, this.#compared), row, excused, { object: object.name, sourceKey });
        },
      };
      accounts.push(await readExpected(object, this.#compared, this.#ids, visitor));
    }
    return accounts;
  }

  async readActualSide(visit: (key: string, row: Row) => void): Promise<void> {
    const { relation, snapshot } = this.#audited;
    const progress = this.#progress();
    for await (const batch of snapshot.read(relation, {
      number: 0,
      after: null,
      upTo: null,
      rowsEstimate: 0,
    })) {
      const places = placesOf(this.#compared, batch.fields);
      for (const row of batch.rows) {
        progress();
        const arranged = arrange(row, places);
        visit(keyText(arranged, this.#compared), arranged);
      }
    }
  }

  #progress(): () => void {
    let rowsRead = 0;
    return () => {
      rowsRead += 1;
      if (rowsRead % progressEveryRows !== 0) return;
      this.#options.signal?.throwIfAborted();
      this.#options.onProgress?.({ relation: this.#audited.relation.name, rowsRead, phase: 'digest' });
    };
  }
}

/** One side's digest and exact sums, filled record by record. */
class SideDigest {
  readonly buckets: DigestBuckets = new DigestBuckets();
  readonly #compared: ComparedFields;
  readonly #writer = new CanonicalWriter();
  readonly #sums: readonly { readonly place: number; readonly field: string; readonly sum: ExactSum }[];

  constructor(compared: ComparedFields) {
    this.#compared = compared;
    this.#sums = compared.fields.flatMap(({ name, type }, place) =>
      type.kind === 'decimal' ? [{ place, field: name, sum: new ExactSum() }] : [],
    );
  }

  add(key: string, row: Row): void {
    this.buckets.add(bucketOf(key), this.#writer.record(row, this.#compared.types));
    for (const { place, sum } of this.#sums) {
      const value = row[place] ?? null;
      if (value !== null) sum.add(value as string);
    }
  }

  sumsBeside(other: SideDigest): RelationAudit['sums'] {
    return this.#sums.map(({ field, sum }, at) => ({
      field,
      expected: sum.text,
      actual: other.#sums[at]?.sum.text ?? '',
    }));
  }
}
