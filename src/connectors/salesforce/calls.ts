import type { Field, Relation } from '../../model/index.ts';
import { callsToFetch, type FollowedReference, type StandingCalls } from '../counts-calls.ts';
import { limitOf } from '../http/index.ts';
import type { CallLimit, CountsCalls } from '../port.ts';
import { changedField } from './check-copy.ts';
import { callsOfCopy, copyPays } from './choose-read-way.ts';
import { goesInBulk, recordsOfCall } from './choose-way.ts';
import { isCounted } from './count-references.ts';
import { documentsMost } from './document-links.ts';
import { idsMost } from './find-records.ts';
import { pagesOfSlices } from './held-copies.ts';
import { idField } from './inspect.ts';
import { looksUsual } from './job-looks.ts';
import { linkEnds, linksName } from './link-ends.ts';
import type { OrgApi } from './org-api.ts';
import { type OrgCatalog, partsMost } from './org-catalog.ts';
import { isMarked, marksOfCall } from './read.ts';
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
const callsOfJob: number = 3 + looksUsual + 2;

/** Calls of one org: pages and calls are of a fixed size, and the calls that are left say which way records go. */
export class SalesforceCalls implements CountsCalls {
  readonly #api: OrgApi;
  readonly #catalog: OrgCatalog;

  constructor(api: OrgApi, catalog: OrgCatalog) {
    this.#api = api;
    this.#catalog = catalog;
  }

  /** Once to cut them, once to read them, slice by slice; each file by itself. Or all by one job. */
  toRead(relation: Relation, records: number, rowsPerSlice: number): number {
    if (relation.name === linksName) return 2 * pagesOfLinks(records);
    const pages = pagesOf(records) + pagesOfSlices(records, rowsPerSlice) * callsOfPage(relation);
    return this.#byPagesOrJob(relation, records, pages);
  }

  toReadThrough(relation: Relation, records: number): number {
    if (relation.name === linksName) return pagesOfLinks(records);
    return this.#byPagesOrJob(relation, records, pagesOf(records) * callsOfPage(relation));
  }

  #byPagesOrJob({ fields }: Relation, records: number, pages: number): number {
    const files = fields.filter(({ type }) => type.kind === 'bytes').length * records;
    const isStamped = fields.some(({ name }) => name === changedField);
    const copied = { records, fields: fields.length, pages };
    const byJob = files === 0 && isStamped && copyPays(copied, this.#api.callsSeen);
    return byJob ? callsOfCopy(records, fields.length) : pages + files;
  }

  toCount({ name }: Relation, records: number): number {
    return name === linksName ? pagesOfLinks(records) : 1;
  }

  /** A call each where the org counts them; else the parents are looked up. */
  toFollow({ name }: Relation, references: readonly FollowedReference[]): number {
    return references.reduce((sum, { foreignKey, parent, referring, parents }) => {
      if (isCounted(name, foreignKey)) return sum + 1;
      return sum + callsToFetch(Math.min(referring, parents), keysOfRoom(parent.name, idField, idLength));
    }, 0);
  }

  toLookAgain(): number {
    return 1;
  }

  async always(): Promise<StandingCalls> {
    const { described } = await this.#catalog.known();
    const inspect = 1 + Math.ceil(described.length / partsMost);
    const view = Math.ceil(described.filter(isMarked).length / marksOfCall);
    return { open: 1, inspect, view, prepare: inspect };
  }

  toWrite(
    relation: Relation,
    records: number,
    rowsPerSlice: number,
    characters: ReadonlyMap<string, number> = new Map(),
  ): number {
    const keysOfSearch = keysOfOneSearch(relation, characters);
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

// Counted as if each hung on a document of its own: documents are gone through, their links asked for.
const pagesOfLinks = (records: number): number => pagesOf(records) + Math.ceil(records / documentsMost);

const callsOfPage = ({ name, fields }: Relation): number =>
  fieldsFit(
    name,
    fields.map((field) => field.name),
  )
    ? 1
    : 2;

/** How many keys are looked for in one call, where the mapping writes the first field that can be one. */
function keysOfOneSearch({ name, fields }: Relation, characters: ReadonlyMap<string, number>): number {
  const [end = ''] = linkEnds;
  if (name === linksName) return keysOfRoom(name, end, idLength);
  const keys = fields.filter(({ native }) => / external id unique/.test(native));
  const key = keys.find((field) => characters.has(field.name)) ?? keys[0];
  if (key === undefined) return keysOfRoom(name, ownKeyName, ownKeyLength);
  return keysOfRoom(name, key.name, characters.get(key.name) ?? keyLength(key));
}

/** @param length how many characters a key has */
function keysOfRoom(object: string, field: string, length: number): number {
  const literal = inAddress("'',").length + length;
  return Math.max(1, Math.floor(roomForKeys(object, [field]) / literal));
}

const keyLength = ({ type }: Field): number =>
  Math.min(usualKeyLength, (type.kind === 'text' ? type.charactersMax : null) ?? usualKeyLength);
