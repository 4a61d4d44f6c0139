import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Relation, type Row, type Schema, Secret, type Value } from '../../model/index.ts';
import { openPracticeSalesforce, type PracticeServer } from '../../practice/index.ts';
import type { ContractSystem } from '../connector.contract.ts';
import type { SalesforceAddress } from './address.ts';

/** What a practice org answers to a caller of its own: nothing here uses the shelf. */
interface Reply {
  readonly [name: string]: unknown;
}

/**
 * A practice org as another program sees it. The neutral relations of the contract become custom objects: `people` is
 * `people__c`, its field `id` is `id__c`. An org has no 64-bit integers and keeps numbers as doubles, so their fields are text;
 * what its own types do is tested beside the contract.
 */
export class PracticeOrg implements ContractSystem<SalesforceAddress> {
  readonly address: SalesforceAddress;
  readonly #server: PracticeServer;
  readonly #token: string;
  readonly #folder: string;
  #relations: readonly Relation[] = [];

  private constructor(server: PracticeServer, token: string, folder: string) {
    this.#server = server;
    this.#token = token;
    this.#folder = folder;
    this.address = {
      instance: server.url,
      login: null,
      signIn: { by: 'client-credentials', clientId: 'practice', secret: new Secret('practice-secret') },
      version: '62.0',
      objects: [],
      share: 1,
      quotas: ':memory:',
      journal: join(folder, 'written.sqlite'),
    };
  }

  /** @param org what a description of it would say */
  static async open(): Promise<PracticeOrg> {
    const server = await openPracticeSalesforce({ state: ':memory:', org: {} });
    const grant = {
      grant_type: 'client_credentials',
      client_id: 'practice',
      client_secret: 'practice-secret',
    };
    const signed = await fetch(`${server.url}/services/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams(grant),
    });
    const { access_token: token } = (await signed.json()) as { readonly access_token: string };
    return new PracticeOrg(server, token, await mkdtemp(join(tmpdir(), 'godwit-org-')));
  }

  async create({ relations }: Schema): Promise<void> {
    this.#relations = relations;
    (this.address.objects as string[]).push(...relations.map(({ name }) => customName(name)));
    const objects = relations.map((relation) => ({
      name: customName(relation.name),
      fields: relation.fields.map(
        (field): OrgField => ({
          name: customName(field.name),
          ...(isKey(relation, field.name) ? keyType : plainType(field.type.kind)),
          required: relation.name === 'contacts' && field.name === 'email',
        }),
      ),
    }));
    for (const { fields } of objects) if (!fields.some((field) => 'unique' in field)) fields.push(ownKey);
    await this.#ask('POST', '/__practice/org', { objects });
  }

  async seed(relation: string, fields: readonly string[], rows: readonly Row[]): Promise<void> {
    const written = rows.map((row) =>
      fields.map((field, at) => this.#written(relation, field, row[at] ?? null)),
    );
    await this.add(customName(relation), fields.map(customName), written);
  }

  /** Records of any object, values as the API takes them. */
  async add(type: string, fields: readonly string[], rows: readonly (readonly unknown[])[]): Promise<void> {
    const records = rows.map((row) => ({
      attributes: { type },
      ...Object.fromEntries(fields.map((field, at) => [field, row[at]])),
    }));
    for (let from = 0; from < records.length; from += 200) {
      const part = records.slice(from, from + 200);
      const saved = await this.#ask('POST', `${base}/composite/sobjects`, { records: part });
      const failed = (saved as unknown as readonly Reply[]).find(({ success }) => success !== true);
      if (failed !== undefined) throw new RangeError(JSON.stringify(failed));
    }
  }

  /** Objects and fields beside the standard ones. */
  async define(objects: readonly object[], more: object = {}): Promise<void> {
    await this.#ask('POST', '/__practice/org', { objects, ...more });
  }

  /** What goes wrong from now on; nothing with an empty list. */
  async faults(faults: readonly object[]): Promise<void> {
    await this.#ask('POST', '/__practice/faults', { faults });
  }

  /** How often each fault of the script has happened. */
  async happened(): Promise<readonly number[]> {
    const { faults } = await this.#ask('GET', '/__practice/state');
    return (faults as readonly { readonly times: number }[]).map(({ times }) => times);
  }

  /** Lets time pass at once there. */
  async advance(advanceMs: number): Promise<void> {
    await this.#ask('POST', '/__practice/clock', { advanceMs });
  }

  /** How many calls of the day were used, by anybody. */
  async callsUsed(): Promise<number> {
    const { system } = await this.#ask('GET', '/__practice/state');
    return (system as { readonly calls: { readonly used: number } }).calls.used;
  }

  async select(soql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const { records } = await this.#ask('GET', `${base}/query?q=${encodeURIComponent(soql)}`);
    return records as readonly Readonly<Record<string, unknown>>[];
  }

  /** How many bulk query jobs the org has. */
  async queryJobs(): Promise<number> {
    const { records } = await this.#ask('GET', `${base}/jobs/query`);
    return (records as readonly unknown[]).length;
  }

  async send(method: string, path: string, content?: unknown): Promise<void> {
    await this.#ask(method, `${base}/${path}`, content);
  }

  async expireSessions(): Promise<void> {
    await this.#ask('POST', '/__practice/expire-sessions', {});
  }

  async rows(relation: string, fields: readonly string[]): Promise<readonly Row[]> {
    const soql = `SELECT ${fields.map(customName).join(',')} FROM ${customName(relation)}`;
    const { records } = await this.#ask('GET', `${base}/query?q=${encodeURIComponent(soql)}`);
    return (records as readonly Readonly<Record<string, Value>>[]).map((record) =>
      fields.map((field) => this.#plain(relation, field, record[customName(field)] ?? null)),
    );
  }

  async change(
    relation: string,
    [where, is]: readonly [string, Value],
    [field, set]: readonly [string, Value],
  ): Promise<void> {
    const soql = `SELECT Id FROM ${customName(relation)} WHERE ${customName(where)} = '${String(is)}'`;
    const { records } = await this.#ask('GET', `${base}/query?q=${encodeURIComponent(soql)}`);
    for (const { Id } of records as readonly { readonly Id: string }[])
      await this.#ask('PATCH', `${base}/sobjects/${customName(relation)}/${Id}`, {
        [customName(field)]: this.#written(relation, field, set),
      });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** An instant as everybody writes it, not as the org does: `2026-11-20T12:45:00.500+0000`. */
  #plain(relation: string, name: string, value: Value): Value {
    const found = this.#relations.find((one) => one.name === relation);
    const field = found?.fields.find((one) => one.name === name);
    if (field?.type.kind !== 'instant' || typeof value !== 'string') return value;
    return value
      .replace('T', ' ')
      .replace('+0000', '+00')
      .replace(/\.(\d*?)0*\+/, (_fraction, digits: string) => (digits === '' ? '+' : `.${digits}+`));
  }

  /** Bytes go as hexadecimal text: a field of bytes is only there for files. */
  #written(relation: string, name: string, value: Value): unknown {
    if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
    const found = this.#relations.find((one) => one.name === relation);
    const field = found?.fields.find((one) => one.name === name);
    if (field?.type.kind !== 'instant' || typeof value !== 'string') return value;
    return value.replace(' ', 'T').replace('+00', 'Z');
  }

  async #ask(method: string, path: string, content?: unknown): Promise<Reply> {
    const answer = await fetch(`${this.#server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new RangeError(`${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Reply;
  }
}

const base = '/services/data/v62.0';

export const customName = (name: string): string => `${name}__c`;

interface OrgField {
  readonly name: string;
  readonly required?: boolean;
}

/** A key of several fields is none for the org. */
const isKey = ({ primaryKey }: Relation, name: string): boolean =>
  primaryKey?.fields.length === 1 && primaryKey.fields[0] === name;

/** By which the org itself tells records apart. */
const keyType = { type: 'string', length: 255, unique: true, externalId: true, caseSensitive: true };
const ownKey = { name: 'Godwit_Key__c', ...keyType };

/** The field that stands for a neutral type. */
function plainType(kind: string): object {
  if (kind === 'boolean') return { type: 'boolean' };
  if (kind === 'date') return { type: 'date' };
  if (kind === 'instant') return { type: 'datetime' };
  return { type: 'textarea', length: 131_072 };
}
