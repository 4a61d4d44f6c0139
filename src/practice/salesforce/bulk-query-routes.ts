import { z } from 'zod';
import { jsonAnswer, type PracticeAnswer } from '../practice-message.ts';
import { removeJob, setState, wrongState } from './bulk-ingest-routes.ts';
import type { BulkJob, BulkJobs } from './bulk-jobs.ts';
import type { BulkWorker } from './bulk-worker.ts';
import { csvLine, type DelimiterName, delimiterNames } from './csv-text.ts';
import { jobInfo } from './job-info.ts';
import { dailyQueryJobs } from './limits.ts';
import type { Org } from './org.ts';
import { readShape } from './read-json.ts';
import { refusal } from './refusal.ts';
import type { ApiCall, Route } from './router.ts';
import { compileSoql } from './soql/compile-soql.ts';
import { parseSoql } from './soql/parse-soql.ts';

interface NewQuery {
  readonly operation: 'query' | 'queryAll';
  readonly query: string;
  readonly contentType?: 'CSV' | undefined;
  readonly columnDelimiter?: DelimiterName | undefined;
  readonly lineEnding?: 'LF' | 'CRLF' | undefined;
}

const newQuery: z.ZodType<NewQuery> = z.strictObject({
  operation: z.enum(['query', 'queryAll']),
  query: z.string(),
  contentType: z.literal('CSV').optional(),
  columnDelimiter: z.enum(delimiterNames).optional(),
  lineEnding: z.enum(['LF', 'CRLF']).optional(),
});
const aborted: z.ZodType<{ readonly state: 'Aborted' }> = z.strictObject({ state: z.literal('Aborted') });
/** Records of one set of results, unless the caller asks for fewer. */
const recordsMost = 50_000;

/** Bulk API 2.0, query: a job, its states, and its result in sets that follow each other by their locator. */
export function bulkQueryRoutes(org: Org, jobs: BulkJobs, worker: BulkWorker): readonly Route[] {
  const path = 'jobs/query';
  const at = ({ place }: ApiCall): BulkJob => jobs.job('query', place('id'));
  const info = (job: BulkJob): PracticeAnswer => jsonAnswer(200, jobInfo(job, jobs));
  return [
    {
      method: 'POST',
      path,
      answer: (call) => {
        const job = begin(org, jobs, call);
        worker.wake();
        return info(job);
      },
    },
    {
      method: 'GET',
      path,
      query: ['isPkChunkingEnabled', 'jobType', 'concurrencyMode', 'queryLocator'],
      answer: () =>
        jsonAnswer(200, {
          done: true,
          records: jobs.all('query').map((job) => jobInfo(job, jobs)),
          nextRecordsUrl: null,
        }),
    },
    { method: 'GET', path: `${path}/{id}`, answer: (call) => info(at(call)) },
    {
      method: 'PATCH',
      path: `${path}/{id}`,
      answer: (call) => {
        setState(jobs, at(call), readShape(call.request, aborted).state, call.request.nowMs);
        return info(at(call));
      },
    },
    { method: 'DELETE', path: `${path}/{id}`, answer: (call) => removeJob(jobs, at(call)) },
    {
      method: 'GET',
      path: `${path}/{id}/results`,
      query: ['locator', 'maxRecords'],
      answer: (call) => results(jobs, at(call), call),
    },
  ];
}

function begin(org: Org, jobs: BulkJobs, call: ApiCall): BulkJob {
  const asked = readShape(call.request, newQuery);
  const { nowMs } = call.request;
  if (jobs.queriesSince(nowMs - 24 * 60 * 60 * 1000) >= dailyQueryJobs)
    throw refusal(
      400,
      'LIMIT_EXCEEDED',
      `ApiBulkQueryDailyLimit exceeded: ${dailyQueryJobs} jobs in 24 hours`,
    );
  const compiled = compileSoql(parseSoql(asked.query), { catalog: org.catalog, nowMs, deletedToo: false });
  if (compiled.grouped || compiled.countOnly)
    throw refusal(
      400,
      'API_ERROR',
      'Implementation restriction: Bulk API does not support aggregate functions',
    );
  if (compiled.columns.some(({ field }) => field?.kind === 'address'))
    throw refusal(400, 'API_ERROR', 'Selecting compound data not supported in Bulk Query');
  if (compiled.columns.some(({ field }) => field?.kind === 'base64'))
    throw refusal(400, 'API_ERROR', 'FeatureNotEnabled : Binary field not supported');
  return jobs.begin({
    kind: 'query',
    object: compiled.object.name,
    operation: asked.operation,
    key: null,
    soql: asked.query,
    state: 'UploadComplete',
    userId: org.activeUser(call.session.userName) ?? '',
    version: call.version,
    delimiter: asked.columnDelimiter ?? 'COMMA',
    lineEnding: asked.lineEnding ?? 'LF',
    createdMs: nowMs,
  });
}

function results(jobs: BulkJobs, job: BulkJob, { request: { query } }: ApiCall): PracticeAnswer {
  if (job.state !== 'JobComplete') throw wrongState(job);
  const locator = query.get('locator');
  const after = locator === null ? 0 : Number(Buffer.from(locator, 'base64').toString('utf8'));
  const most = Math.min(Number(query.get('maxRecords') ?? recordsMost), recordsMost);
  if (!Number.isInteger(after) || !Number.isInteger(most) || most < 1)
    throw refusal(
      400,
      'INVALIDJOB',
      'InvalidJob : locator and maxRecords have to be what was given, and a number above 0',
    );
  const lines = jobs.lines(job.id, 'done', after, most);
  const last = lines.at(-1)?.line ?? after;
  const more = last < jobs.count(job.id, 'done');
  const header = jobs.header(job.id) ?? [];
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/csv',
      'Sforce-NumberOfRecords': String(lines.length),
      'Sforce-Locator': more ? Buffer.from(String(last)).toString('base64') : 'null',
    },
    body: [header, ...lines.map(({ values }) => values)]
      .map((line) => csvLine(line, job.delimiter, job.lineEnding))
      .join(''),
  };
}
