import { openPracticeSalesforce } from '../../src/practice/index.ts';
import type { JourneySystem } from './journey-systems.ts';
import { ownState } from './own-state.ts';
import { givenOrder, readCallLine } from './read-call-line.ts';

/**
 * A practice Salesforce of a journey, described by a file of it. What is asked of it is SOQL; what somebody does to it is one call of
 * the REST API: `PATCH sobjects/Account/001... {"Name": "x"}`. Neither goes through the code under test.
 *
 * @param description path of the file that describes the org
 */
export async function openJourneyOrg(description: string): Promise<JourneySystem> {
  const state = ownState(description);
  const server = await openPracticeSalesforce({ state, org: description });
  const base = `${server.url}/services/data/v62.0/`;
  const token = await signIn(server.url);
  const ask = async (method: string, path: string, content?: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = content === undefined || content === '' ? {} : { body: content };
    const answer = await fetch(base + path, { method, headers, ...body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  return {
    words: { url: server.url },
    rows: async (soql) => {
      const told = await ask('GET', `query?q=${encodeURIComponent(soql.trim())}`);
      const { records, totalSize } = told as {
        records: readonly Record<string, unknown>[];
        totalSize: number;
      };
      if (/^\s*select\s+count\(\)/i.test(soql)) return [String(totalSize)];
      return records.map((record) => valuesOf(record).map(shown).join(' | '));
    },
    run: async (line) => {
      const call = readCallLine(line);
      if (!(await givenOrder(server.url, call))) await ask(call.method, call.path, call.content);
    },
    load: async () => Promise.reject(new Error('an org reads no dump')),
    loadTable: async () => Promise.reject(new Error('an org reads no CSV')),
    [Symbol.asyncDispose]: async () => await server[Symbol.asyncDispose](),
  };
}

/** A field of a parent comes in a record of its own. */
function shown(value: unknown): string {
  if (value === null) return 'NULL';
  return typeof value === 'object'
    ? valuesOf(value).map(shown).join(' ')
    : `${value as string | number | boolean}`;
}

function valuesOf(record: object): readonly unknown[] {
  return Object.entries(record).flatMap(([name, value]) => (name === 'attributes' ? [] : [value as unknown]));
}

async function signIn(url: string): Promise<string> {
  const grant = { grant_type: 'client_credentials', client_id: 'practice', client_secret: 'practice-secret' };
  const answer = await fetch(`${url}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams(grant),
  });
  return ((await answer.json()) as { readonly access_token: string }).access_token;
}
