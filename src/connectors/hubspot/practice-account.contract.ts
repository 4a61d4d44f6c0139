import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Relation, type Row, type Schema, Secret, type Value } from '../../model/index.ts';
import { openPracticeHubspot, type PracticeServer } from '../../practice/index.ts';
import type { ContractSystem } from '../connector.contract.ts';
import type { HubspotAddress } from './address.ts';

/** What a practice account answers to a caller of its own: nothing here uses the shelf. */
interface Reply {
  readonly [name: string]: unknown;
}

/**
 * A practice account as another program sees it. The neutral relations of the contract become custom objects: `people` is
 * `c_people`, with properties of the same names. An account has no integers of 64 bits and keeps numbers as doubles, so their
 * properties are texts; what its own types do is tested beside the contract.
 */
export class PracticeAccount implements ContractSystem<HubspotAddress> {
  readonly address: HubspotAddress;
  readonly #server: PracticeServer;
  #relations: readonly Relation[] = [];

  private constructor(server: PracticeServer) {
    this.#server = server;
    this.address = {
      api: server.url,
      signIn: { by: 'access-token', token: new Secret('pat-practice') },
      objects: [],
      archived: false,
      share: 1,
      quotas: ':memory:',
      state: mkdtempSync(join(tmpdir(), 'godwit-hubspot-')),
    };
  }

  /** @param told what the account has besides: quick to call, and its search sees at once what was written @param faults a fault script @param speed of its clock */
  static async open(told: object = {}, faults: object = {}, speed = 1): Promise<PracticeAccount> {
    const quick = { callsPerTenSeconds: 100_000, searchesPerSecond: 1_000, search: { lagMs: 0 } };
    const server = await openPracticeHubspot({
      state: ':memory:',
      account: { ...quick, ...told },
      faults,
      speed,
    });
    return new PracticeAccount(server);
  }

  async create({ relations }: Schema): Promise<void> {
    this.#relations = relations;
    (this.address.objects as string[]).push(...relations.map(({ name }) => customName(name)));
    for (const relation of relations)
      await this.ask('POST', '/crm/v3/schemas', {
        name: customName(relation.name),
        labels: { singular: relation.name, plural: relation.name },
        properties: relation.fields.map(({ name, type }) => ({
          name,
          label: name,
          groupName: 'information',
          ...plainType(type.kind),
          hasUniqueValue: namesRecords(relation, name),
        })),
      });
  }

  async seed(relation: string, fields: readonly string[], rows: readonly Row[]): Promise<void> {
    const records = rows.map((row) =>
      Object.fromEntries(
        fields.map((field, at) => [field, this.#written(relation, field, row[at] ?? null)] as const),
      ),
    );
    await this.add(customName(relation), records);
  }

  /** Records of any object, values as the API takes them; gives their ids. */
  async add(type: string, records: readonly object[]): Promise<string[]> {
    const ids: string[] = [];
    for (let from = 0; from < records.length; from += 100) {
      const inputs = records.slice(from, from + 100).map((properties) => ({ properties }));
      const { results } = await this.ask('POST', `/crm/v3/objects/${type}/batch/create`, { inputs });
      ids.push(...(results as readonly { readonly id: string }[]).map(({ id }) => id));
    }
    return ids;
  }

  async rows(relation: string, fields: readonly string[]): Promise<readonly Row[]> {
    const records = await this.records(customName(relation), fields);
    return records.map((record) =>
      fields.map((field) => this.#shown(relation, field, record[field] ?? null)),
    );
  }

  async records(
    type: string,
    properties: readonly string[],
  ): Promise<readonly Readonly<Record<string, string | null>>[]> {
    const found: Readonly<Record<string, string | null>>[] = [];
    for (let after: string | undefined = '0'; after !== undefined; ) {
      const path: string = `/crm/v3/objects/${type}?limit=100&properties=${properties.join(',')}&after=${after}`;
      const { results, paging } = (await this.ask('GET', path)) as unknown as ListedPage;
      found.push(...results.map((one) => one.properties));
      after = paging?.next.after;
    }
    return found;
  }

  async change(
    relation: string,
    [where, is]: readonly [string, Value],
    [field, set]: readonly [string, Value],
  ): Promise<void> {
    const type = customName(relation);
    for (const record of await this.records(type, [where]))
      if (record[where] === is)
        await this.ask('PATCH', `/crm/v3/objects/${type}/${record['hs_object_id']}`, {
          properties: { [field]: this.#written(relation, field, set) },
        });
  }

  /** A file, as somebody uploads it by hand. */
  async upload(folderPath: string, name: string, content: string): Promise<void> {
    const body = new FormData();
    body.set('file', new Blob([content]), name);
    body.set('folderPath', folderPath);
    body.set('options', JSON.stringify({ access: 'PRIVATE' }));
    const headers = { authorization: 'Bearer pat-practice' };
    const answer = await fetch(`${this.#server.url}/files/v3/files`, { method: 'POST', headers, body });
    if (!answer.ok) throw new RangeError(`upload: ${answer.status} ${await answer.text()}`);
  }

  async order(name: string, content: object = {}): Promise<Reply> {
    return await this.ask('POST', `/__practice/${name}`, content);
  }

  async ask(method: string, path: string, content?: unknown): Promise<Reply> {
    const answer = await fetch(`${this.#server.url}${path}`, {
      method,
      headers: { authorization: 'Bearer pat-practice', 'content-type': 'application/json' },
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new RangeError(`${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Reply;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    rmSync(this.address.state, { recursive: true, force: true });
  }

  /** As the contract spells it: what the API shows is always a text. */
  #shown(relation: string, name: string, text: string | null): Value {
    const found = this.#relations.find((one) => one.name === relation);
    const kind = found?.fields.find((one) => one.name === name)?.type.kind;
    if (text !== null && kind === 'boolean') return text === 'true';
    if (text === null || kind !== 'instant') return text;
    return `${text.replace('T', ' ').replace(/(?:\.0+|(\.\d*?)0*)?Z$/, '$1')}+00`;
  }

  /** Bytes go as hexadecimal text: an account has no property of bytes. */
  #written(relation: string, name: string, value: Value): unknown {
    if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
    const found = this.#relations.find((one) => one.name === relation);
    const field = found?.fields.find((one) => one.name === name);
    if (field?.type.kind !== 'instant' || typeof value !== 'string') return value;
    return value.replace(' ', 'T').replace('+00', 'Z');
  }
}

interface ListedPage {
  readonly results: readonly { readonly properties: Readonly<Record<string, string | null>> }[];
  readonly paging?: { readonly next: { readonly after: string } };
}

/** Of the contract's relations, those that are named by one number are written here. */
const namesRecords = ({ primaryKey, fields }: Relation, name: string): boolean =>
  primaryKey?.fields.length === 1 &&
  primaryKey.fields[0] === name &&
  fields.find((field) => field.name === name)?.type.kind === 'integer';

export const customName = (name: string): string => `c_${name}`;

/** The property that stands for a neutral type. */
function plainType(kind: string): object {
  if (kind === 'boolean') return { type: 'bool', fieldType: 'booleancheckbox' };
  if (kind === 'date') return { type: 'date', fieldType: 'date' };
  if (kind === 'instant') return { type: 'datetime', fieldType: 'date' };
  return { type: 'string', fieldType: 'textarea' };
}
