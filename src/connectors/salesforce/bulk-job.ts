import { textOf } from '../http/index.ts';
import { readResults } from './bulk-rows.ts';
import { ExactNumber, parseExactly } from './exact-json.ts';
import { answerUnreadable, callRefused } from './faults.ts';
import { JobLooks } from './job-looks.ts';
import { memberOf, type OrgApi } from './org-api.ts';

/** What a job does, and to which object. */
export interface BulkWork {
  readonly object: string;
  readonly operation: 'upsert' | 'update';
  /** The field by which an upsert finds its records; null for an update, which goes by id. */
  readonly key: string | null;
}

export interface BulkWorld {
  readonly api: OrgApi;
  readonly signal: AbortSignal;
}

/** How a job ended. `nothing`: its content never came, or was not begun. */
export type BulkEnd = 'worked' | 'nothing';

/**
 * Makes a job that has no content yet: it does nothing. Null where the org takes none, because the object is not one for bulk or
 * the jobs of the day are used up.
 */
export async function makeJob(
  { api }: BulkWorld,
  { object, operation, key }: BulkWork,
): Promise<string | null> {
  const label = `make bulk job for ${object}`;
  const made = await api.save({
    method: 'POST',
    path: 'jobs/ingest',
    label,
    content: {
      object,
      operation,
      ...(key === null ? {} : { externalIdFieldName: key }),
      contentType: 'CSV',
      lineEnding: 'LF',
    },
  });
  if (made.kind === 'refused') return null;
  const id = memberOf(made.told, 'id');
  if (typeof id !== 'string' || !/^\w{15,18}$/.test(id)) throw answerUnreadable(label, 'it names no job');
  return id;
}

/** Gives a job its content and lets it begin. A job takes its content once, so that all this may go again. */
export async function startJob({ api }: BulkWorld, id: string, content: string): Promise<void> {
  const path = `jobs/ingest/${id}`;
  // A refusal says that it came before, or that it cannot be taken: what becomes of the job tells which.
  await api.put({
    method: 'PUT',
    path: `${path}/batches`,
    label: 'fill bulk job',
    content: { type: 'text/csv; charset=UTF-8', body: content },
  });
  await setState(api, id, 'UploadComplete');
}

/**
 * Waits until nothing of the job is worked on any more; one whose content never came is given up.
 *
 * @param records how many it was just begun with; null for one of an earlier attempt
 */
export async function endOfJob(
  { api, signal }: BulkWorld,
  id: string,
  records: number | null,
): Promise<BulkEnd> {
  const looks = new JobLooks(api.clock, records);
  if (records !== null) await looks.first(signal);
  for (;;) {
    const { state, worked } = await lookAt(api, id);
    if (state === 'JobComplete' || state === 'Failed') return 'worked';
    if (state === 'Aborted' || state === 'gone') return 'nothing';
    if (state === 'Open') await setState(api, id, 'Aborted');
    else await looks.next(worked, signal);
  }
}

/** What became of the lines of a job: those that went, or those that were refused. */
export async function resultsOf(
  { api }: BulkWorld,
  id: string,
  which: 'successfulResults' | 'failedResults',
): Promise<readonly Readonly<Record<string, string>>[]> {
  const label = 'results of bulk job';
  const path = `jobs/ingest/${id}/${which}`;
  const told = await api.bytes({ method: 'GET', path, label });
  return readResults(label, new TextDecoder().decode(told));
}

async function lookAt(api: OrgApi, id: string): Promise<{ readonly state: string; readonly worked: number }> {
  const label = 'state of bulk job';
  const asked = await api.put({ method: 'GET', path: `jobs/ingest/${id}`, label, content: null });
  if (asked.kind === 'refused') {
    // The vendor keeps jobs for some days only.
    if (asked.status === 404) return { state: 'gone', worked: 0 };
    throw callRefused(label, asked.status, asked.code);
  }
  const told = parseExactly(textOf(asked.answer));
  const [state, worked] = [memberOf(told, 'state'), memberOf(told, 'numberRecordsProcessed')];
  if (typeof state !== 'string') throw answerUnreadable(label, 'it tells no state');
  return { state, worked: worked instanceof ExactNumber ? Number(worked.text) : 0 };
}

/** A job that is further on already refuses it. */
async function setState(api: OrgApi, id: string, state: 'UploadComplete' | 'Aborted'): Promise<void> {
  const label = 'begin or end bulk job';
  await api.save({ method: 'PATCH', path: `jobs/ingest/${id}`, label, content: { state } });
}
