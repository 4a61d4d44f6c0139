import type { Log } from '../../host/index.ts';
import { isGodwitError } from '../../model/index.ts';
import { textOf } from '../http/index.ts';
import type { BulkWorld } from './bulk-job.ts';
import { csvLines } from './bulk-rows.ts';
import { resultPages } from './choose-read-way.ts';
import { ExactNumber, parseExactly } from './exact-json.ts';
import { answerUnreadable } from './faults.ts';
import { JobLooks } from './job-looks.ts';
import { memberOf, type OrgApi } from './org-api.ts';

export interface QueryWorld extends BulkWorld {
  readonly log: Log;
}

/** Some lines of a result, with the names above them. */
export interface ResultPage {
  readonly names: readonly string[];
  readonly lines: readonly (readonly string[])[];
}

/** A job gives nothing: the object is none for bulk, the jobs of the day are used up, it failed, or its result is not there or not whole. */
export class JobGivenUp extends Error {}

/** How often a job is looked at before it is given up. */
const looksMost = 40;
/** What a job may be asked, in characters. */
const soqlMost = 100_000;
const path = 'jobs/query';
/** What reading by pages may not meet. */
const passing = new Set([
  'salesforce.call-refused',
  'salesforce.right-missing',
  'salesforce.answer-unreadable',
  'http.answer-too-large',
]);

/**
 * What a job finds, page by page, in no particular order: the vendor divides large objects, and promises none. The job is removed
 * afterwards. Throws `JobGivenUp`, or what the transport throws; then nothing of what was taken may be used.
 *
 * Invariant: it ends well only when as many lines were taken as the job says that it found.
 */
export async function readByJob(
  world: QueryWorld,
  soql: string,
  take: (page: ResultPage) => void,
): Promise<void> {
  const job = await makeQuery(world.api, soql);
  try {
    const found = await foundBy(world, job);
    const taken = await takePages(world.api, job, take);
    if (found !== String(taken)) throw new JobGivenUp(`it found ${found} records and gives ${taken}`);
  } catch (error) {
    const reason = givenUpBy(error);
    // Whoever is away, or is stopped, leaves it: the vendor drops it after some days.
    if (reason === null) throw error;
    await removeQuery(world, job);
    throw new JobGivenUp(reason);
  }
  await removeQuery(world, job);
}

/** Why reading by a job is given up for reading by pages; null where that would not help. */
export function givenUpBy(error: unknown): string | null {
  if (error instanceof JobGivenUp) return error.message;
  return isGodwitError(error) && passing.has(error.code) ? `${error.code}: ${error.detail}` : null;
}

async function makeQuery(api: OrgApi, query: string): Promise<string> {
  if (query.length > soqlMost) throw new JobGivenUp('too many fields for a query');
  const label = 'make bulk query job';
  const content = {
    operation: 'query',
    query,
    contentType: 'CSV',
    columnDelimiter: 'COMMA',
    lineEnding: 'LF',
  };
  const made = await api.save({ method: 'POST', path, label, content });
  if (made.kind === 'refused') throw new JobGivenUp(`it is refused: ${made.code}`);
  const id = memberOf(made.told, 'id');
  if (typeof id !== 'string' || !/^\w{15,18}$/.test(id)) throw answerUnreadable(label, 'it names no job');
  return id;
}

/** Waits until the job has its result; how many records it found. */
async function foundBy({ api, signal }: QueryWorld, job: string): Promise<string> {
  const looks = new JobLooks(api.clock, null);
  await looks.first(signal);
  for (let times = 0; times < looksMost; times += 1) {
    const asked = await api.put({
      method: 'GET',
      path: `${path}/${job}`,
      label: 'state of bulk query job',
      content: null,
    });
    if (asked.kind === 'refused') throw new JobGivenUp(`it is gone: ${asked.status} ${asked.code}`);
    const told = parseExactly(textOf(asked.answer));
    const state = memberOf(told, 'state');
    const found = memberOf(told, 'numberRecordsProcessed');
    if (state === 'JobComplete') return found instanceof ExactNumber ? found.text : 'nobody knows how many';
    if (state === 'Failed' || state === 'Aborted') throw new JobGivenUp(`it ended as ${state}`);
    await looks.next(0, signal);
  }
  throw new JobGivenUp('it did not end in time');
}

/** How many lines there were. */
async function takePages(api: OrgApi, job: string, take: (page: ResultPage) => void): Promise<number> {
  let [taken, bytesOfLine, most]: [number, number, number] = [0, 1, resultPages.first];
  for (let locator: string | null = null; ; ) {
    const behind: string = locator === null ? '' : `&locator=${encodeURIComponent(locator)}`;
    const label = 'results of bulk query job';
    const asked = await api.put({
      method: 'GET',
      path: `${path}/${job}/results?maxRecords=${most}${behind}`,
      label,
      content: null,
    });
    if (asked.kind === 'refused')
      throw new JobGivenUp(`its result is not there: ${asked.status} ${asked.code}`);
    const { body, headers } = asked.answer;
    const [names = [], ...lines] = csvLines(label, textOf(asked.answer));
    if (String(lines.length) !== (headers['sforce-numberofrecords'] ?? String(lines.length)))
      throw new JobGivenUp('a page of its result is not whole');
    take({ names, lines });
    taken += lines.length;
    const next: string = headers['sforce-locator'] ?? 'null';
    if (next === 'null' || next === '') return taken;
    if (next === locator || lines.length === 0) throw new JobGivenUp('its result leads no further');
    locator = next;
    bytesOfLine = Math.max(bytesOfLine, Math.ceil(body.length / lines.length));
    most = Math.max(1, Math.min(resultPages.most, Math.floor(resultPages.bytes / bytesOfLine)));
  }
}

/** A job that is under way has to be ended first. */
async function removeQuery({ api, log }: QueryWorld, job: string): Promise<void> {
  const remove = {
    method: 'DELETE',
    path: `${path}/${job}`,
    label: 'remove bulk query job',
    content: null,
  } as const;
  try {
    const removed = await api.put(remove);
    if (removed.kind === 'answered' || removed.status === 404) return;
    const end = { ...remove, method: 'PATCH', label: 'end bulk query job' } as const;
    await api.save({ ...end, content: { state: 'Aborted' } });
    await api.put(remove);
  } catch (error) {
    if (givenUpBy(error) === null) throw error;
    log.warn('a bulk query job stays in the org', { job });
  }
}
