import { digestOf, type Seal } from '../host/index.ts';
import { canonicalJson } from './canonical-json.ts';
import { leafHash } from './merkle-tree.ts';

/**
 * One line of the ledger: RFC 8785 text of these members, ended by a line feed.
 *
 * Invariants: 1. `seq` counts from 1, so that entry n is line n. 2. `prev` is `sha256:` and the leaf hash of the line
 * before, null for the first. 3. `bodyDigest` is the digest of `body` where there is one; else of a body that is kept
 * elsewhere, under a key, and can be erased there. 4. no personal data stands in `body`: what is written here stays.
 */
export interface Entry {
  readonly seq: number;
  readonly prev: string | null;
  /** ISO instant in UTC, as the writer's clock had it. */
  readonly time: string;
  /** What happened, in kebab-case: `slice-written`, `decision-recorded`. */
  readonly type: string;
  /** Who did it: a person's name, or the part of godwit. */
  readonly actor: string;
  readonly bodyDigest: string;
  readonly body?: unknown;
}

/**
 * What a writer gives; the ledger adds number, link and time. `body` is plain JSON without personal data; a body that is
 * kept elsewhere gives its digest only (`blindBody`).
 */
export type NewEvent = { readonly type: string; readonly actor: string } & (
  | { readonly body: unknown }
  | { readonly bodyDigest: string }
);

/** Says "this very body" without saying which: a digest under the project's key, useless to who does not hold it. */
export function blindBody(seal: Seal, body: unknown): string {
  return `hmac-sha256:${seal.blind(`ledger body\n${canonicalJson(body)}`)}`;
}

/** An event in its canonical texts, ready to be given a place. Throws `ledger.not-canonical`. */
export function prepareEvent(event: NewEvent, time: string): PreparedEvent {
  const { type, actor } = event;
  canonicalJson([type, actor]);
  if (!('body' in event)) return { type, actor, time, bodyText: null, bodyDigest: event.bodyDigest };
  const bodyText = canonicalJson(event.body);
  return { type, actor, time, bodyText, bodyDigest: digestOf(bodyText) };
}

export interface PreparedEvent extends Pick<Entry, 'type' | 'actor' | 'time' | 'bodyDigest'> {
  /** Canonical; null where the body is kept elsewhere. */
  readonly bodyText: string | null;
}

/**
 * The line of an entry without its line feed: its RFC 8785 text, put together in the order of the members' names, so that
 * the body is spelled once. (Through the general function a hundred thousand entries took three times as long to verify.)
 */
export function entryLine(event: PreparedEvent, seq: number, prev: string | null): string {
  const { actor, bodyText, bodyDigest, time, type } = event;
  const body = bodyText === null ? '' : `"body":${bodyText},`;
  const link = prev === null ? 'null' : JSON.stringify(prev);
  return `{"actor":${JSON.stringify(actor)},${body}"bodyDigest":${JSON.stringify(bodyDigest)},"prev":${link},"seq":${seq},"time":${JSON.stringify(time)},"type":${JSON.stringify(type)}}`;
}

/** How the next entry names a line: `sha256:` of 0x00 and its bytes, without the line feed. */
export function linkTo(line: Uint8Array): string {
  return linkOf(leafHash(line));
}

/** The same from the line's leaf hash. */
export function linkOf(leaf: Uint8Array): string {
  return `sha256:${Buffer.from(leaf.buffer, leaf.byteOffset, leaf.length).toString('hex')}`;
}

/** The type of the entry that says who erased a body that was kept elsewhere, and why. */
export const bodyErased = 'body-erased';
