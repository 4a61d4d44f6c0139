import type { Clock } from '../../host/index.ts';
import { type Row, recordKey } from '../../model/index.ts';
import type { RefusedRecord, SliceResult, SliceWrite, WriteRecord } from '../port.ts';
import type { AccountApi } from './account-api.ts';
import { listIn } from './answer-parts.ts';
import { keyUnfit } from './faults.ts';
import { linkFields } from './inspect.ts';
import { keepIds } from './keep-ids.ts';
import { kindsIn, kindsText } from './link-kinds.ts';
import type { LinkKind, LinkType } from './link-type.ts';
import { type LinksOf, readLinks } from './links.ts';
import { refusedRecord } from './outgoing-record.ts';
import { bodyOf, refusalOf } from './refusal.ts';
import { type SideBySideLimits, sideBySide } from './side-by-side.ts';
import { takeBackLinks } from './take-back-links.ts';
import type { HeldRecord, SentRecord, SliceName, TargetState } from './target-state.ts';
import { vendorRefusal } from './vendor-refusal.ts';

export interface LinkWorld {
  readonly api: AccountApi;
  readonly link: LinkType;
  readonly state: TargetState;
  readonly clock: Clock;
}

/** Read in one call, and written in one. */
export const linksMost = 500;
/** Calls' worth on their way together. A record's first company is its primary one: links from one record go one after the other, those to one do not. */
const together: SideBySideLimits = { most: 4, weightMost: 1 };

interface OutgoingLink {
  readonly place: string;
  readonly source: WriteRecord;
  readonly from: string;
  readonly to: string;
  readonly kinds: readonly LinkKind[];
}

const linkId = (from: string, to: string): string => `${from} ${to}`;

/**
 * Writes the links of one slice. Linking twice is linking once, so nothing has to be looked for before a call is repeated; what
 * was there before is read first, so that undo takes away no link of others.
 *
 * Invariants: those of `RecordSlice`.
 */
export class LinkSlice {
  readonly #world: LinkWorld;
  readonly #write: SliceWrite;
  readonly #name: SliceName;
  readonly #places: readonly number[];
  readonly #known: Map<string, SentRecord>;
  readonly #touched = new Set<string>();
  readonly #refused: RefusedRecord[] = [];
  readonly #ids: (readonly [string, Row])[] = [];

  /** Throws `hubspot.key-unfit`. */
  constructor(world: LinkWorld, write: SliceWrite) {
    this.#world = world;
    this.#write = write;
    this.#name = { run: write.run, step: write.step, slice: write.slice };
    this.#places = linkFields.map((name) => write.fields.indexOf(name));
    const [from = -1, to = -1] = this.#places;
    if (from < 0 || to < 0) throw keyUnfit(write.relation.name, write.key);
    this.#known = new Map(world.state.sent(this.#name).map((sent) => [sent.place, sent]));
  }

  async write(): Promise<SliceResult> {
    const { state, clock } = this.#world;
    const { relation, batches, beforeCommit } = this.#write;
    state.transaction(() => state.begin(this.#name, relation.name));
    await sideBySide(together, async (begin) => {
      for await (const part of this.#parts(batches))
        await begin({
          words: [...new Set(part.map(({ from }) => from))],
          weight: 0,
          work: async () => await this.#bring(part),
        });
    });
    const left = [...this.#known.keys()].filter((place) => !this.#touched.has(place));
    await takeBackLinks(this.#world, this.#name, left);
    const counts = await beforeCommit(this.#refused);
    state.transaction(() => {
      keepIds(state, this.#name, { ...this.#write, refused: this.#refused }, this.#ids);
      state.finish(this.#name, counts, clock.now());
    });
    return { applied: true, counts };
  }

  /** As many as go in one call, each once. */
  async *#parts(batches: SliceWrite['batches']): AsyncGenerator<readonly OutgoingLink[]> {
    let part = new Map<string, OutgoingLink>();
    for await (const batch of batches)
      for (const source of batch) {
        const link = this.#encode(source);
        if (link === null) continue;
        if (part.size >= linksMost || part.has(link.place)) {
          yield [...part.values()];
          part = new Map();
        }
        part.set(link.place, link);
      }
    if (part.size > 0) yield [...part.values()];
  }

  #encode(source: WriteRecord): OutgoingLink | null {
    const [from, to, labels] = this.#places.map((at) => (at < 0 ? null : (source.row[at] ?? null)));
    for (const [at, end] of [from, to].entries()) {
      if (typeof end === 'string' && /^\d+$/.test(end)) continue;
      const code = end === null ? 'target.not-null' : 'target.type';
      return this.#refuse(source, code, 'a link needs the ids of both records', linkFields[at] ?? null);
    }
    const kinds = this.#kindsOf(typeof labels === 'string' ? labels : '');
    if (kinds === null) return this.#refuse(source, 'target.check', 'links have no such label', 'labels');
    const ends = { from: String(from), to: String(to) };
    return { place: linkId(ends.from, ends.to), source, ...ends, kinds };
  }

  #kindsOf(labels: string): readonly LinkKind[] | null {
    const { kinds } = this.#world.link;
    const wanted = labels === '' ? [null] : labels.split(';');
    const found = wanted.map((label) => kinds.find((kind) => kind.label === label));
    return found.some((kind) => kind === undefined) ? null : found.flatMap((kind) => kind ?? []);
  }

  #refuse(source: WriteRecord, code: RefusedRecord['code'], message: string, field: string | null): null {
    this.#refused.push(refusedRecord(source, code, message, field));
    return null;
  }

  async #bring(links: readonly OutgoingLink[]): Promise<void> {
    const others = links.flatMap(({ place, kinds }) => {
      const known = this.#known.get(place);
      return known === undefined || known.digest === kindsText(kinds) ? [] : [place];
    });
    // What an earlier attempt wrote with other labels is not this link; within one attempt labels add up.
    const stale = others.filter((place) => !this.#touched.has(place));
    if (stale.length > 0) await takeBackLinks(this.#world, this.#name, stale);
    for (const place of stale) this.#known.delete(place);
    const before = await this.#read(links);
    const wanted = links.filter((link) => this.#isWanted(link, before));
    const same = wanted.filter((link) => !this.#known.has(link.place) && hasKinds(before, link));
    this.#leave(same, before);
    const fresh = wanted.filter((link) => !same.includes(link));
    if (fresh.length === 0) return;
    this.#announce(fresh, before);
    await this.#send(fresh.filter((link) => !hasKinds(before, link)));
    const now = await this.#read(fresh);
    this.#settle(
      fresh.filter((link) => hasKinds(now, link)),
      now,
    );
    for (const link of fresh.filter((one) => !hasKinds(now, one))) await this.#sendAlone(link);
  }

  async #read(links: readonly OutgoingLink[]): Promise<LinksOf> {
    const { api, link } = this.#world;
    return await readLinks(api, link, [...new Set(links.map(({ from }) => from))]);
  }

  #isWanted(link: OutgoingLink, before: LinksOf): boolean {
    const known = this.#known.get(link.place);
    const isThere = kindsIn(before, link) !== null;
    const twice = this.#write.mode === 'insert' && this.#touched.has(link.place);
    if (!twice && known?.done === true && known.digest === kindsText(link.kinds) && isThere) {
      this.#keep(link);
      return false;
    }
    const { mode } = this.#write;
    if (mode === 'insert' && isThere && (known === undefined || twice))
      this.#refuse(link.source, 'target.unique', 'these records are linked already', 'to_id');
    else if (mode === 'update' && !isThere)
      this.#refuse(link.source, 'target.missing', 'these records are not linked', 'to_id');
    else return true;
    return false;
  }

  /** They are there as they should be: nothing is sent, and taking back is none of their business. */
  #leave(same: readonly OutgoingLink[], before: LinksOf): void {
    const { state } = this.#world;
    const { putsBack, run } = this.#write;
    if (putsBack !== undefined)
      for (const link of same)
        state.seenAgain(run, putsBack, link.place, kindsText(kindsIn(before, link) ?? []));
    for (const link of same) this.#keep(link);
  }

  #announce(links: readonly OutgoingLink[], before: LinksOf): void {
    const { state } = this.#world;
    state.transaction(() => {
      for (const link of links) {
        const known = this.#known.get(link.place);
        this.#note(link, false);
        // What an earlier attempt announced may be its own work: what was there before it is kept.
        if (known === undefined && kindsIn(before, link) !== null) this.#hold(link, 'changed', before, null);
        else if (known === undefined) this.#hold(link, 'created', before, null);
      }
    });
  }

  async #send(links: readonly OutgoingLink[]): Promise<void> {
    if (links.length === 0) return;
    const { status } = await this.#create(links);
    const [only] = links;
    if (status < 300 || links.length === 1 || only === undefined) return;
    // Refused as a whole: each half stands alone.
    const middle = Math.ceil(links.length / 2);
    await this.#send(links.slice(0, middle));
    await this.#send(links.slice(middle));
  }

  async #sendAlone(link: OutgoingLink): Promise<void> {
    const { status, body } = await this.#create([link]);
    const now = await this.#read([link]);
    if (hasKinds(now, link)) {
      this.#settle([link], now);
      return;
    }
    const [error = body] = listIn(body, 'errors');
    const { code, message } = vendorRefusal(error, status);
    const { state } = this.#world;
    state.transaction(() => {
      state.dropSent(this.#name, link.place);
      state.dropHeld(this.#name, link.place);
    });
    this.#known.delete(link.place);
    const missing = code === 'target.missing';
    this.#refuse(
      link.source,
      missing ? 'target.foreign-key' : code,
      missing ? 'one of the records is not there' : message,
      null,
    );
  }

  /** Throws where the call itself was refused, and none of its links. */
  async #create(
    links: readonly OutgoingLink[],
  ): Promise<{ readonly status: number; readonly body: ReturnType<typeof bodyOf> }> {
    const { api, link } = this.#world;
    const inputs = links.map(({ from, to, kinds }) => ({
      from: { id: from },
      to: { id: to },
      types: kinds.map(({ category, typeId }) => ({
        associationCategory: category,
        associationTypeId: typeId,
      })),
    }));
    const label = `create ${link.name}`;
    const path = `/crm/v4/associations/${link.from.path}/${link.to.path}/batch/create`;
    const result = await api.send({ method: 'POST', path, label, content: { inputs }, repeat: 'keyed' });
    if (result.kind === 'unknown') return { status: 200, body: null };
    const { answer } = result;
    if (answer.status >= 300 && ![400, 404, 409, 422].includes(answer.status)) throw refusalOf(label, answer);
    return { status: answer.status, body: bodyOf(answer) };
  }

  #settle(links: readonly OutgoingLink[], now: LinksOf): void {
    if (links.length === 0) return;
    const { state } = this.#world;
    state.transaction(() => {
      for (const link of links) {
        this.#note(link, true);
        this.#hold(link, 'created', now, kindsText(kindsIn(now, link) ?? []));
      }
    });
    for (const link of links) this.#keep(link);
  }

  #note(link: OutgoingLink, done: boolean): void {
    const { state } = this.#world;
    const { place, kinds } = link;
    const payload = new TextEncoder().encode(kindsText(kinds));
    const sent = { place, digest: kindsText(kinds), payload, id: place, done };
    state.putSent(this.#name, sent);
    this.#known.set(place, sent);
  }

  /** What was held first stays: see `TargetState.putHeld`. */
  #hold(link: OutgoingLink, kind: HeldRecord['kind'], before: LinksOf, after: string | null): void {
    const { state } = this.#world;
    const { putsBack, run } = this.#write;
    const known = putsBack !== undefined && state.knows(run, putsBack, link.place);
    if (known && after !== null) state.seenAgain(run, putsBack, link.place, after);
    if (known) return;
    const key = state.sealText(recordKey([link.from, link.to]), this.#name);
    const held = new TextEncoder().encode(kindsText(kindsIn(before, link) ?? []));
    state.putHeld(this.#name, { id: link.place, kind, key, before: kind === 'created' ? null : held, after });
  }

  #keep({ place, source, from, to }: OutgoingLink): void {
    this.#touched.add(place);
    if (this.#write.captureIds) this.#ids.push([source.sourceKey, [from, to]]);
  }
}

function hasKinds(links: LinksOf, link: OutgoingLink): boolean {
  const now = kindsIn(links, link) ?? [];
  return (
    now.length > 0 &&
    link.kinds.every((kind) =>
      now.some(({ category, typeId }) => category === kind.category && typeId === kind.typeId),
    )
  );
}
