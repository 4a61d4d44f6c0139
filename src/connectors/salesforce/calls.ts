import type { Field, Relation } from '../../model/index.ts';
import { limitOf } from '../http/index.ts';
import type { CallLimit, CountsCalls } from '../port.ts';
import { changedField } from './check-copy.ts';
import { callsOfCopy, copyPays } from './choose-read-way.ts';
import { goesInBulk, recordsOfCall } from './choose-way.ts';
import { documentsMost } from './document-links.ts';
import { idsMost } from './find-records.ts';
import { pagesOfSlices } from './held-copies.ts';
import { linkEnds, linksName } from './link-ends.ts';
import type { OrgApi } from './org-api.ts';
import { fieldsFit, pagesOf, roomForKeys } from './record-pages.ts';
import { inAddress } from './soql.ts';
import { ownKeyLength, ownKeyName } from './vendor-key.ts';
import { callsLeft } from './watch.ts';
import { heldMost, windowMost } from './write-slice.ts';

const dayMs = 86_400_000;
/** Keys of people's making are shorter than their field; nobody knows how much before they are read. */
const usualKeyLength = 15;
const idLength = 18;
/** Made, filled, begun, asked for some times until it ends, asked for both its results. */
const callsOfJob = 3 + 4 + 2;

/** Calls of one org: pages and calls are of a fixed size, and the calls that are left say which way records go. */
export class SalesforceCalls implements CountsCalls {
  readonly #api: OrgApi;

  constructor(api: OrgApi) {
    this.#api = api;
  }

  /** Once to cut them, once to read them, slice by slice; each file by itself. Or all by one job. */
  toRead({ name, fields }: Relation, records: number, rowsPerSlice: number): number {
    const names = fields.map((field) => field.name);
    // Counted as if each hung a document of its own: documents are gone through, their links asked for.
    if (name === linksName) return 2 * (pagesOf(records) + Math.ceil(records / documentsMost));
    const files = fields.filter(({ type }) => type.kind === 'bytes').length * records;
    const pages = pagesOf(records) + pagesOfSlices(records, rowsPerSlice) * (fieldsFit(name, names) ? 1 : 2);
    const copied = { records, fields: names.length, pages };
    const byJob = files === 0 && names.includes(changedField) && copyPays(copied, this.#api.callsSeen);
    return byJob ? callsOfCopy(records, names.length) : pages + files;
  }

  toWrite(relation: Relation, records: number, rowsPerSlice: number): number {
    const keysOfSearch = keysOfOneSearch(relation);
    const alone = relation.fields.some(({ type }) => type.kind === 'bytes');
    const takesJobs = !alone && relation.name !== linksName;
    const held = partsOf(records, rowsPerSlice).flatMap((rows) => partsOf(rows, heldMost));
    return held.reduce((sum, rows) => {
      const inBulk = takesJobs && goesInBulk(rows, this.#api.callsSeen);
      const windows = inBulk ? [rows] : partsOf(rows, windowMost);
      const looks = windows.reduce(
        (calls, size) => calls + Math.ceil(size / keysOfSearch) + Math.ceil(size / idsMost),
        0,
      );
      return sum + looks + (inBulk ? callsOfJob : alone ? rows : Math.ceil(rows / recordsOfCall));
    }, 0);
  }

  async limits(): Promise<readonly CallLimit[]> {
    // What the org tells is learnt by the book, where our own part of it is counted.
    await callsLeft(this.#api);
    return [limitOf({ name: 'a day', everyMs: dayMs }, await this.#api.ourCalls())];
  }
}

/** How many are in each part of that size. */
function partsOf(records: number, size: number): readonly number[] {
  const whole = Math.floor(records / size);
  const rest = records - whole * size;
  return [...Array.from<number>({ length: whole }).fill(size), ...(rest > 0 ? [rest] : [])];
}

/** How many keys are looked for in one call, where the mapping writes the first field that can be one. */
function keysOfOneSearch({ name, fields }: Relation): number {
  const key = fields.find(({ native }) => / external id unique/.test(native));
  const [end = ''] = linkEnds;
  const [field, length] =
    name === linksName
      ? [end, idLength]
      : key === undefined
        ? [ownKeyName, ownKeyLength]
        : [key.name, keyLength(key)];
  const literal = `'${'0'.repeat(length)}',`;
  const room = roomForKeys(name, [field]);
  return Math.max(1, Math.floor(room / inAddress(literal).length));
}

const keyLength = ({ type }: Field): number =>
  Math.min(usualKeyLength, (type.kind === 'text' ? type.charactersMax : null) ?? usualKeyLength);
