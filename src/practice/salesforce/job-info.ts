import type { BulkJob, BulkJobs } from './bulk-jobs.ts';

/** A job as the vendor describes it; numbers only where work has begun. */
export function jobInfo(job: BulkJob, jobs: BulkJobs): unknown {
  const { id, kind, operation, object, state, version, delimiter, lineEnding } = job;
  const failed = jobs.count(id, 'failed');
  return {
    id,
    operation,
    object,
    createdById: job.userId,
    createdDate: instant(job.createdMs),
    systemModstamp: instant(job.changedMs),
    state,
    ...(job.key === null ? {} : { externalIdFieldName: job.key }),
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: Number(version),
    jobType: kind === 'ingest' ? 'V2Ingest' : 'V2Query',
    ...(kind === 'ingest' && state === 'Open'
      ? { contentUrl: `services/data/v${version}/jobs/ingest/${id}/batches` }
      : {}),
    lineEnding,
    columnDelimiter: delimiter,
    numberRecordsProcessed: jobs.count(id, 'done') + failed,
    ...(kind === 'ingest' ? { numberRecordsFailed: failed } : {}),
    retries: 0,
    totalProcessingTime: Math.max(job.changedMs - job.createdMs, 0),
    ...(kind === 'ingest'
      ? { apiActiveProcessingTime: 0, apexProcessingTime: 0, isPkChunkingSupported: false }
      : {}),
    ...(job.error === null ? {} : { errorMessage: job.error }),
  };
}

const instant = (ms: number): string => new Date(ms).toISOString().replace('Z', '+0000');
