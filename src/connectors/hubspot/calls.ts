import type { Relation } from '../../model/index.ts';
import { callsToFetch, type FollowedReference, type RecordsOf, type StandingCalls } from '../counts-calls.ts';
import { limitOf } from '../http/index.ts';
import type { CallLimit, CountsCalls } from '../port.ts';
import type { AccountApi } from './account-api.ts';
import { type AccountCatalog, callsToDescribe } from './account-catalog.ts';
import { filesName } from './file-fields.ts';
import { linkFields } from './inspect.ts';
import { linkedPairs } from './link-type.ts';
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
  readonly #catalog: AccountCatalog;

  constructor(api: AccountApi, catalog: AccountCatalog) {
    this.#api = api;
    this.#catalog = catalog;
  }

  /**
   * Once to cut them, once to read them, slice by slice; links are asked for by the records they lead away from, taken for as many as
   * links, and that at a bound twice. Whether a list begins behind a bound is tried once.
   */
  toRead(relation: Relation, records: number, rowsPerSlice: number): number {
    const { name, fields } = relation;
    if (name === ownersName) return 2 * callsOfOwners;
    const through = (rows: number): number => this.toReadThrough(relation, rows, () => null);
    // Each content is asked for by an address of its own, and cutting asks for it as well.
    if (name === filesName) return 2 * through(records);
    const slices = Math.max(1, Math.ceil(records / rowsPerSlice));
    const bound = isLinks(fields) ? 1 : 0;
    const later = (rows: number): number => through(rows + bound);
    const rest = records - (slices - 1) * rowsPerSlice;
    const reading =
      slices === 1
        ? through(records)
        : through(rowsPerSlice) + (slices - 2) * later(rowsPerSlice) + later(rest) + 1;
    return this.toCount(relation, records, () => null) + reading;
  }

  toReadThrough(relation: Relation, records: number, others: RecordsOf): number {
    const { name, fields } = relation;
    if (name === ownersName || isLinks(fields)) return this.toCount(relation, records, others);
    const pages = pagesOf(records);
    if (name === filesName) return pages + (has(fields, 'content') ? records : 0);
    return pages * (propertiesFit(fields.map((field) => field.name)) ? 1 : 2);
  }

  toCount({ name, fields, foreignKeys }: Relation, records: number, others: RecordsOf): number {
    if (name === ownersName) return callsOfOwners;
    if (!isLinks(fields)) return pagesOf(records);
    const from = foreignKeys.find((one) => one.fields[0] === linkFields[0])?.references.relation;
    const leading = (from === undefined ? null : others(from)) ?? records;
    return pagesOf(leading) + Math.ceil(leading / linkReadsMost);
  }

  /** A look at what is there, the call, and a look at what came of it. */
  toWrite({ name, fields }: Relation, records: number, rowsPerSlice: number): number {
    if (name === filesName) return 3 * records;
    const most = isLinks(fields) ? linksMost : batchMost;
    const whole = Math.floor(records / rowsPerSlice);
    const rest = records - whole * rowsPerSlice;
    return 3 * (whole * Math.ceil(rowsPerSlice / most) + Math.ceil(rest / most));
  }

  /** An account joins nothing: parents are looked up, of owners all of them. */
  toFollow(_child: Relation, references: readonly FollowedReference[]): number {
    return references.reduce((sum, { parent, referring, parents }) => {
      const keys = Math.min(referring, parents);
      return (
        sum +
        (parent.name === ownersName
          ? callsToFetch(keys, 1_000) * callsOfOwners
          : callsToFetch(keys, pageMost))
      );
    }, 0);
  }

  /** See `HubspotInspects.lookAgain`. */
  toLookAgain({ name, fields }: Relation): number {
    if (name === ownersName || name === filesName) return 0;
    return isLinks(fields) ? 1 : callsToDescribe;
  }

  /** The custom objects, each object by its properties and their rules, each pair by its labels, and the owners. */
  async always(): Promise<StandingCalls> {
    const { described } = await this.#catalog.known();
    const pairs = linkedPairs(described.map(({ type }) => type)).length;
    const inspect = 2 + described.length * callsToDescribe + pairs;
    return { open: 1, inspect, view: described.length, prepare: 0 };
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

const pagesOf = (records: number): number => Math.max(1, Math.ceil(records / pageMost));

/** Those in use, and those who left. */
const callsOfOwners = 2;

const has = (fields: Relation['fields'], wanted: string): boolean =>
  fields.some(({ name }) => name === wanted);

/** By both ends: whoever does not ask for the labels has links all the same. */
const isLinks = (fields: Relation['fields']): boolean =>
  linkFields.slice(0, 2).every((name) => has(fields, name));
