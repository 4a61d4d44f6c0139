import type { Relation } from '../../model/index.ts';
import { limitOf } from '../http/index.ts';
import type { CallLimit, CountsCalls } from '../port.ts';
import type { AccountApi } from './account-api.ts';
import { filesName } from './file-fields.ts';
import { linkFields } from './inspect.ts';
import { linkReadsMost } from './links.ts';
import { ownersName } from './owners.ts';
import { pageMost, propertiesFit } from './record-pages.ts';
import { callLimits } from './watch.ts';
import { linksMost } from './write-links.ts';
import { batchMost } from './write-records.ts';

const [tenSecondsMs, dayMs] = [10_000, 86_400_000];

/** Calls of one account: pages and batches are of a fixed size, so records say how many it takes. */
export class HubspotCalls implements CountsCalls {
  readonly #api: AccountApi;

  constructor(api: AccountApi) {
    this.#api = api;
  }

  /** Once to cut them, once to read them; links are asked for by the records they lead away from, taken for as many as links. */
  toRead({ name, fields }: Relation, records: number): number {
    if (name === ownersName) return 2;
    // Each content is asked for by an address of its own.
    const pages = Math.max(1, Math.ceil(records / pageMost));
    if (name === filesName) return 2 * pages + (has(fields, 'content') ? 2 * records : 0);
    if (isLinks(fields)) return 2 * (pages + Math.ceil(records / linkReadsMost));
    const twice = propertiesFit(fields.map((field) => field.name)) ? 1 : 2;
    return pages + pages * twice;
  }

  /** A look at what is there, the call, and a look at what came of it. */
  toWrite({ name, fields }: Relation, records: number): number {
    if (name === filesName) return 3 * records;
    return 3 * Math.ceil(records / (isLinks(fields) ? linksMost : batchMost));
  }

  async limits(): Promise<readonly CallLimit[]> {
    // What the account tells is learnt by the book, where our own part of it is counted.
    const told = await callLimits(this.#api);
    const { tenSeconds, day } = await this.#api.ourCalls();
    return [
      ...(told.tenSeconds === null
        ? []
        : [limitOf({ name: 'ten seconds', everyMs: tenSecondsMs }, tenSeconds)]),
      ...(told.day === null ? [] : [limitOf({ name: 'a day', everyMs: dayMs }, day)]),
    ];
  }
}

const has = (fields: Relation['fields'], wanted: string): boolean =>
  fields.some(({ name }) => name === wanted);

/** By both ends: whoever does not ask for the labels has links all the same. */
const isLinks = (fields: Relation['fields']): boolean =>
  linkFields.slice(0, 2).every((name) => has(fields, name));
