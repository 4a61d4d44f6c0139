import { z } from 'zod';
import { emptyAnswer, jsonAnswer, type PracticeAnswer } from '../practice-message.ts';
import type { BulkJob, BulkJobs, Operation } from './bulk-jobs.ts';
import type { BulkWorker } from './bulk-worker.ts';
import { csvLine, type DelimiterName, delimiterNames } from './csv-text.ts';
import { jobInfo } from './job-info.ts';
import { dailyBulkBatches } from './limits.ts';
import type { Org } from './org.ts';
import { readShape } from './read-json.ts';
import { refusal } from './refusal.ts';
import type { ApiCall, Route } from './router.ts';

const dayMs = 24 * 60 * 60 * 1000;
const uploadMostBytes = 150 * 1024 * 1024;

interface NewJob {
  readonly object: string;
  readonly operation: Operation;
  readonly externalIdFieldName?: string | undefined;
  readonly contentType?: 'CSV' | undefined;
  readonly columnDelimiter?: DelimiterName | undefined;
  readonly lineEnding?: 'LF' | 'CRLF' | undefined;
}

const newJob: z.ZodType<NewJob> = z.strictObject({
  object: z.string(),
  operation: z.enum(['insert', 'update', 'upsert', 'delete', 'hardDelete']),
  externalIdFieldName: z.string().optional(),
  contentType: z.literal('CSV').optional(),
  columnDelimiter: z.enum(delimiterNames).optional(),
  lineEnding: z.enum(['LF', 'CRLF']).optional(),
});
const newState: z.ZodType<{ readonly state: 'UploadComplete' | 'Aborted' }> = z.strictObject({
  state: z.enum(['UploadComplete', 'Aborted']),
});

/** Bulk API 2.0, ingest: a job, its one upload, its states, and what became of each line. */
export function bulkIngestRoutes(org: Org, jobs: BulkJobs, worker: BulkWorker): readonly Route[] {
  const path = 'jobs/ingest';
  const at = ({ place }: ApiCall): BulkJob => jobs.job('ingest', place('id'));
  const info = (job: BulkJob): PracticeAnswer => jsonAnswer(200, jobInfo(job, jobs));
  return [
    { method: 'POST', path, answer: (call) => info(begin(org, jobs, call)) },
    {
      method: 'GET',
      path,
      query: ['isPkChunkingEnabled', 'jobType', 'concurrencyMode', 'queryLocator'],
      answer: () =>
        jsonAnswer(200, {
          done: true,
          records: jobs.all('ingest').map((job) => jobInfo(job, jobs)),
          nextRecordsUrl: null,
        }),
    },
    { method: 'GET', path: `${path}/{id}`, answer: (call) => info(at(call)) },
    {
      method: 'PATCH',
      path: `${path}/{id}`,
      answer: (call) => {
        const { id } = at(call);
        setState(jobs, at(call), readShape(call.request, newState).state, call.request.nowMs);
        worker.wake({ id, rows: call.request.rows });
        return info(jobs.job('ingest', id));
      },
    },
    { method: 'DELETE', path: `${path}/{id}`, answer: (call) => removeJob(jobs, at(call)) },
    { method: 'PUT', path: `${path}/{id}/batches`, answer: (call) => upload(jobs, at(call), call) },
    {
      method: 'GET',
      path: `${path}/{id}/successfulResults`,
      answer: (call) => results(jobs, at(call), 'done'),
    },
    {
      method: 'GET',
      path: `${path}/{id}/failedResults`,
      answer: (call) => results(jobs, at(call), 'failed'),
    },
    {
      method: 'GET',
      path: `${path}/{id}/unprocessedrecords`,
      answer: (call) => results(jobs, at(call), 'waiting'),
    },
  ];
}

function begin(org: Org, jobs: BulkJobs, call: ApiCall): BulkJob {
  const asked = readShape(call.request, newJob);
  const { nowMs } = call.request;
  if (jobs.batchesSince(nowMs - dayMs) >= (org.settings.bulk.batchesADay ?? dailyBulkBatches))
    throw refusal(400, 'EXCEEDEDQUOTA', 'ExceededQuota : ApiBatchItems Limit exceeded.');
  const object = org.catalog.find(asked.object);
  if (object === null)
    throw refusal(400, 'INVALIDENTITY', `Entity '${asked.object}' is not supported by the Bulk API.`);
  const key = asked.externalIdFieldName;
  if (asked.operation === 'upsert') {
    const field = key === undefined ? null : org.catalog.field(object, key);
    if (field === null || (!field.externalId && field.kind !== 'id'))
      throw refusal(
        400,
        'INVALIDJOB',
        `InvalidJob : Field name provided, ${key ?? ''} does not match an External ID for ${object.name}`,
      );
  } else if (key !== undefined) throw refusal(400, 'INVALIDJOB', 'InvalidJob : External ID was not expected');
  return jobs.begin({
    kind: 'ingest',
    object: object.name,
    operation: asked.operation,
    key: key ?? null,
    soql: null,
    state: 'Open',
    userId: org.activeUser(call.session.userName) ?? '',
    version: call.version,
    delimiter: asked.columnDelimiter ?? 'COMMA',
    lineEnding: asked.lineEnding ?? 'LF',
    createdMs: nowMs,
  });
}

function upload(jobs: BulkJobs, job: BulkJob, { request }: ApiCall): PracticeAnswer {
  if (!/^text\/csv\b/i.test(request.headers['content-type'] ?? ''))
    throw refusal(
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      `Content-Type not supported : ${request.headers['content-type'] ?? ''}`,
    );
  if (request.bodyBytes > uploadMostBytes)
    throw refusal(
      413,
      'EXCEEDED_MAX_SIZE_REQUEST',
      'Maximum size of request reached. Maximum size of request is 157286400 bytes',
    );
  if (job.state !== 'Open') throw wrongState(job);
  jobs.upload(job.id, request.body);
  return emptyAnswer(201);
}

export function setState(
  jobs: BulkJobs,
  job: BulkJob,
  state: 'UploadComplete' | 'Aborted',
  nowMs: number,
): void {
  const from = state === 'Aborted' ? ['Open', 'UploadComplete', 'InProgress'] : ['Open'];
  if (!from.includes(job.state)) throw wrongState(job);
  jobs.setState(job.id, state, nowMs);
}

/** A job that is worked on, or waits for its upload, is not taken away. */
export function removeJob(jobs: BulkJobs, job: BulkJob): PracticeAnswer {
  if (job.state === 'Open' || job.state === 'InProgress') throw wrongState(job);
  jobs.remove(job.id);
  return emptyAnswer(204);
}

export const wrongState = ({ id, state }: BulkJob): Error =>
  refusal(400, 'INVALIDJOBSTATE', `Invalid job state for job id ${id}: ${state}`);

function results(jobs: BulkJobs, job: BulkJob, outcome: 'done' | 'failed' | 'waiting'): PracticeAnswer {
  const header = jobs.header(job.id) ?? [];
  const before = { done: ['sf__Id', 'sf__Created'], failed: ['sf__Id', 'sf__Error'], waiting: [] }[outcome];
  const lines = jobs.lines(job.id, outcome).map(({ values, id, created, error }) => {
    if (outcome === 'waiting') return values;
    return [id, outcome === 'done' ? String(created) : error, ...values];
  });
  const text = [[...before, ...header], ...lines]
    .map((line) => csvLine(line, job.delimiter, job.lineEnding))
    .join('');
  return { status: 200, headers: { 'Content-Type': 'text/csv' }, body: text };
}
