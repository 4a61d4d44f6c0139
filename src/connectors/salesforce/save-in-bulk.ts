import type { SliceName, WriteJournal } from '../write-journal/index.ts';
import { type BulkWork, type BulkWorld, endOfJob, makeJob, resultsOf, startJob } from './bulk-job.ts';
import { bulkLine, csvLine } from './bulk-rows.ts';
import { idField } from './inspect.ts';
import { refusalInBulk } from './record-refusal.ts';
import type { SaveOutcome, SaveWay, Sent } from './save-outcome.ts';

/** Where a job is kept from before it can do anything until nothing of it is worked on any more. */
export interface JobLog {
  begin(job: string): void;
  end(job: string): void;
}

/** The vendor takes 150 MB, and counts them in base 64. */
const contentMost = 100 * 1024 * 1024;

export interface BulkOutcome<Tag> {
  readonly outcomes: readonly SaveOutcome<Tag>[];
  /** Of these nothing final is known, or a job is nothing for them: they go call by call. */
  readonly left: readonly Sent<Tag>[];
  /** Those that a job had. */
  readonly tried: readonly Sent<Tag>[];
}

interface Line<Tag> {
  readonly record: Sent<Tag>;
  readonly text: string;
  readonly key: string;
}

/**
 * Saves records by bulk jobs, each of as many as fit into its content.
 *
 * Invariants: 1. a job is in the log before its content leaves, and until it has ended. 2. a record has an outcome only when the
 * job named it by its key; what was refused for a while, or is not named, is left. 3. of a key one line goes.
 */
export async function saveInBulk<Tag>(
  world: BulkWorld,
  way: SaveWay,
  records: readonly Sent<Tag>[],
  jobs: JobLog,
): Promise<BulkOutcome<Tag>> {
  const keyName = way.key ?? idField;
  const columns = [...new Set(records.flatMap(({ fields }) => Object.keys(fields)))];
  const { lines, left } = linesOf(records, columns, keyName);
  const outcomes: SaveOutcome<Tag>[] = [];
  for (const part of inParts(lines)) {
    const told = await saveOne(world, { way, columns, part, jobs });
    outcomes.push(...told);
    const known = new Set(told.map(({ tag }) => tag));
    left.push(...part.flatMap(({ record }) => (known.has(record.tag) ? [] : record)));
  }
  return { outcomes, left, tried: lines.map(({ record }) => record) };
}

function linesOf<Tag>(
  records: readonly Sent<Tag>[],
  columns: readonly string[],
  keyName: string,
): { readonly lines: readonly Line<Tag>[]; readonly left: Sent<Tag>[] } {
  const lines: Line<Tag>[] = [];
  const left: Sent<Tag>[] = [];
  const met = new Set<string>();
  for (const record of records) {
    const cells = bulkLine(record.fields, columns);
    const key = cells?.[columns.indexOf(keyName)] ?? '';
    if (cells === null || key === '' || met.has(key)) left.push(record);
    else lines.push({ record, text: csvLine(cells), key });
    met.add(key);
  }
  return { lines, left };
}

function* inParts<Tag>(lines: readonly Line<Tag>[]): Generator<readonly Line<Tag>[]> {
  let [part, bytes]: [Line<Tag>[], number] = [[], 0];
  for (const line of lines) {
    // A character has at most three bytes for each of its units.
    const size = line.text.length * 3;
    if (part.length > 0 && bytes + size > contentMost) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(line);
    bytes += size;
  }
  if (part.length > 0) yield part;
}

interface Lot<Tag> {
  readonly way: SaveWay;
  readonly columns: readonly string[];
  readonly part: readonly Line<Tag>[];
  readonly jobs: JobLog;
}

/** What is certain of the lines of one job. */
async function saveOne<Tag>(
  world: BulkWorld,
  { way, columns, part, jobs }: Lot<Tag>,
): Promise<readonly SaveOutcome<Tag>[]> {
  const operation = way.key === null ? 'update' : 'upsert';
  const work: BulkWork = { object: way.object, operation, key: way.key };
  const job = await makeJob(world, work);
  if (job === null) return [];
  jobs.begin(job);
  await startJob(world, job, csvLine(columns) + part.map(({ text }) => text).join(''));
  const end = await endOfJob(world, job, part.length);
  const key = (way.key ?? idField).toLowerCase();
  const outcomes = end === 'worked' ? await outcomesOf(world, job, part, key) : [];
  jobs.end(job);
  return outcomes;
}

async function outcomesOf<Tag>(
  world: BulkWorld,
  job: string,
  part: readonly Line<Tag>[],
  keyName: string,
): Promise<readonly SaveOutcome<Tag>[]> {
  const byKey = new Map(part.map((line) => [line.key, line.record.tag]));
  const outcomes: SaveOutcome<Tag>[] = [];
  for (const result of await resultsOf(world, job, 'successfulResults')) {
    const { [keyName]: key = '', sf__id: id = '', sf__created: created } = result;
    const tag = byKey.get(key);
    if (tag === undefined || id === '') continue;
    outcomes.push({ kind: 'saved', tag, id, created: created === 'true', repeated: false });
  }
  for (const result of await resultsOf(world, job, 'failedResults')) {
    const tag = byKey.get(result[keyName] ?? '');
    const refusal = refusalInBulk(result['sf__error'] ?? '');
    if (tag !== undefined && !refusal.passing)
      outcomes.push({ kind: 'refused', tag, refusal, repeated: false });
  }
  return outcomes;
}

export const jobLog = (journal: WriteJournal, slice: SliceName): JobLog => ({
  begin: (job) => journal.beginJob(slice, job),
  end: (job) => journal.endJob(slice, job),
});

/** Jobs that an earlier attempt left: nothing of the slice may be relied on while they may work. */
export async function endJobs(world: BulkWorld, left: readonly string[], jobs: JobLog): Promise<void> {
  for (const job of left) {
    await endOfJob(world, job, null);
    jobs.end(job);
  }
}
