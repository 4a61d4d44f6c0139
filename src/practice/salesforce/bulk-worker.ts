import type { Clock } from '../../host/index.ts';
import { noRowTrouble, type RowTrouble } from '../practice-message.ts';
import type { BulkJob, BulkJobs, JobLine } from './bulk-jobs.ts';
import { readCsv } from './csv-text.ts';
import type { DescribedObject } from './described-object.ts';
import type { Org } from './org.ts';
import { readId } from './record-id.ts';
import { Refusal, recordRefusal, UnreadableBody } from './refusal.ts';
import { resultTable } from './result-table.ts';
import type { RecordContent, Saved, Writing } from './write-records.ts';

interface BulkWorkerOptions {
  readonly org: Org;
  readonly jobs: BulkJobs;
  readonly clock: Clock & { nowMs(): number };
}

/** Records that are written in one transaction, and taken in together again after a restart. */
const sliceOf = 200;

/** Ends a job as a whole: what was uploaded cannot be read at all. */
class InvalidBatch extends Error {}

/**
 * Works on bulk jobs one after the other, in the background and in the practice world's time. Every line is worked on once:
 * a process that ends in the midst goes on where it stopped.
 */
export class BulkWorker {
  readonly #options: BulkWorkerOptions;
  readonly #stop = new AbortController();
  /** What the fault script does to the records of a job; told when its upload is complete. */
  readonly #trouble = new Map<string, RowTrouble>();
  #working: Promise<void> | null = null;

  constructor(options: BulkWorkerOptions) {
    this.#options = options;
  }

  wake(job?: { readonly id: string; readonly rows: RowTrouble }): void {
    if (job !== undefined) this.#trouble.set(job.id, job.rows);
    this.#working ??= this.#workOn().finally(() => {
      this.#working = null;
    });
  }

  async settle(): Promise<void> {
    this.#stop.abort();
    await this.#working;
  }

  async #workOn(): Promise<void> {
    const { jobs, org, clock } = this.#options;
    try {
      for (let job = jobs.next(); job !== null; job = jobs.next()) {
        if (job.state === 'UploadComplete') {
          await clock.sleep(org.settings.bulk.queueMs, this.#stop.signal);
          if (jobs.next()?.id !== job.id) continue;
          jobs.setState(job.id, 'InProgress', clock.nowMs());
        }
        await this.#work(job);
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    }
  }

  async #work(job: BulkJob): Promise<void> {
    const { jobs, org, clock } = this.#options;
    try {
      if (jobs.header(job.id) === null) this.#readLines(job);
      if (job.kind === 'ingest') await this.#writeLines(job);
      if (jobs.job(job.kind, job.id).state === 'InProgress')
        jobs.setState(job.id, 'JobComplete', clock.nowMs());
    } catch (error) {
      if (this.#stop.signal.aborted) throw error;
      const message = error instanceof InvalidBatch ? `InvalidBatch : ${error.message}` : String(error);
      org.state.transaction(() => jobs.setState(job.id, 'Failed', clock.nowMs(), message));
    }
  }

  #readLines(job: BulkJob): void {
    const { jobs, org, clock } = this.#options;
    org.state.transaction(() => {
      if (job.kind === 'query') {
        const { header, lines } = resultTable(org, job, clock.nowMs());
        return jobs.setLines(job.id, header, lines, 'done');
      }
      const text = Buffer.from(jobs.uploaded(job.id) ?? new Uint8Array()).toString('utf8');
      const [header = [], ...lines] = allLines(text, job);
      this.#refuseHeader(org.catalog.object(job.object), header);
      const ragged = lines.findIndex((values) => values.length !== header.length);
      if (ragged >= 0)
        throw new InvalidBatch(`The number of values in line ${ragged + 2} is not that of the header`);
      jobs.setLines(job.id, header, lines, 'waiting');
    });
  }

  #refuseHeader(object: DescribedObject, header: readonly string[]): void {
    const { catalog } = this.#options.org;
    for (const name of header) {
      const [first = '', key] = name.split('.');
      const known = key === undefined ? catalog.field(object, first) : catalog.parentField(object, first);
      if (known === null) throw new InvalidBatch(`Field name not found : ${name}`);
    }
  }

  async #writeLines(job: BulkJob): Promise<void> {
    const { jobs, org, clock } = this.#options;
    const header = jobs.header(job.id) ?? [];
    for (;;) {
      const lines = jobs.lines(job.id, 'waiting', 0, sliceOf);
      if (lines.length === 0 || jobs.job('ingest', job.id).state !== 'InProgress') return;
      org.state.transaction(() => {
        for (const line of lines) {
          const told = this.#writeLine(job, header, line);
          jobs.setOutcome(job.id, line.line, told.error === '' ? 'done' : 'failed', told);
        }
      });
      await clock.sleep(Math.max(lines.length * org.settings.bulk.recordMs, 1), this.#stop.signal);
    }
  }

  #writeLine(job: BulkJob, header: readonly string[], { line, values }: JobLine & { line: number }): JobLine {
    const { org, clock } = this.#options;
    const rows = this.#trouble.get(job.id) ?? noRowTrouble;
    const writing: Writing = {
      nowMs: Math.floor(clock.nowMs()),
      userId: job.userId,
      workMs: 0,
      allowDuplicates: false,
      trouble: () => rows.of(line),
    };
    try {
      const { id, created } = org.state.transaction(() =>
        this.#save(job, contentOf(header, values), writing),
      );
      return { values, id, created, error: '' };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { values, id: '', created: false, error: lineError(error) };
    }
  }

  #save(job: BulkJob, content: RecordContent, writing: Writing): Saved {
    const { writer, catalog } = this.#options.org;
    const object = catalog.object(job.object);
    if (job.operation === 'insert') return writer.create(object, content, writing);
    if (job.operation === 'upsert') {
      const key = catalog.field(object, job.key ?? 'Id');
      if (key === null) throw recordRefusal('INVALID_FIELD', `no field ${job.key ?? ''}`);
      const value = Object.entries(content).find(
        ([name]) => name.toLowerCase() === key.name.toLowerCase(),
      )?.[1];
      return writer.upsert(object, key, value, content, writing);
    }
    const { Id: given, ...rest } = content;
    const id = typeof given === 'string' ? readId(given) : null;
    if (id === null)
      throw recordRefusal('MALFORMED_ID', `malformed id ${typeof given === 'string' ? given : ''}`);
    if (job.operation === 'update') return writer.update(object, id, rest, writing);
    writer.remove(object, id, writing, job.operation === 'hardDelete');
    return { id, created: false };
  }
}

function allLines(text: string, { delimiter }: BulkJob): readonly (readonly string[])[] {
  try {
    return [...readCsv(text, delimiter)];
  } catch (error) {
    throw new InvalidBatch(error instanceof Error ? error.message : String(error));
  }
}

/** An empty value leaves the field as it is, `#N/A` empties it; `Account.Ext__c` is the parent's external id. */
function contentOf(header: readonly string[], values: readonly string[]): RecordContent {
  const content: Record<string, unknown> = {};
  for (const [at, name] of header.entries()) {
    const value = values[at] ?? '';
    if (value === '') continue;
    const kept = value === '#N/A' ? null : value;
    const [first = '', key] = name.split('.');
    if (key === undefined) content[name.toLowerCase() === 'id' ? 'Id' : name] = kept;
    else content[first] = kept === null ? null : { [key]: kept };
  }
  return content;
}

/** `REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --` */
function lineError(error: Refusal): string {
  const [first] = error.errors;
  const code = error instanceof UnreadableBody ? 'INVALID_TYPE_ON_FIELD_IN_RECORD' : (first?.errorCode ?? '');
  return `${code}:${first?.message ?? ''}:${(first?.fields ?? []).join(', ')} --`;
}
