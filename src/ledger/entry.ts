import { digestOf, type Seal } from '../host/index.ts';
import { hex } from '../model/index.ts';
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

/** The line of an entry without its line feed. */
export function entryLine(event: NewEvent, place: Pick<Entry, 'seq' | 'prev' | 'time'>): string {
  const { type, actor } = event;
  const told =
    'body' in event
      ? { bodyDigest: digestOf(canonicalJson(event.body)), body: event.body }
      : { bodyDigest: event.bodyDigest };
  return canonicalJson({ ...place, type, actor, ...told });
}

/** How the next entry names this line: `sha256:` of 0x00 and its bytes, without the line feed. */
export function linkTo(line: Uint8Array): string {
  return `sha256:${hex(leafHash(line))}`;
}
