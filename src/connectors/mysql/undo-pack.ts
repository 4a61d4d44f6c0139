import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Seal } from '../../host/index.ts';
import type { Row } from '../../model/index.ts';
import type { UndoPack } from '../sql-servers/index.ts';
import { placeCondition, placeValues, type SlicePlace } from './bookkeeping.ts';
import { mysqlFault } from './faults.ts';
import type { KeptDigests } from './line-digests.ts';
import type { Session } from './sessions.ts';

/**
 * A slice that was loaded in bulk: its records are those whose loaded fields, as a line of `mysql-text`, have one of the
 * slice's digests. No two records have the same line, because the key is in it.
 */
export interface LoadedSlice {
  readonly rows: number;
  readonly key: readonly string[];
  readonly after: Row | null;
  readonly upTo: Row | null;
  /** Name of the order the bounds were meant in; see `orderName`. */
  readonly order: string;
  /** The fields that were loaded, in the order of the lines. */
  readonly fields: readonly string[];
  /** The other fields, and the line of what they hold in every record of the slice. */
  readonly others: { readonly fields: readonly string[]; readonly line: string };
}

/**
 * What one entry of the undo table holds: behind a loaded slice follow the digests of its lines, then those of its keys, one
 * behind the other, in base64. Slices that earlier versions loaded have none of keys; those versions pass over them.
 */
export type Undo =
  | UndoPack
  | { readonly loaded: LoadedSlice }
  | { readonly digests: string }
  | { readonly keyDigests: string };

/** Answers with the number of packs written: what is larger than a packet is halved. */
export async function keepUndoPack(
  session: Session,
  seal: Seal,
  place: SlicePlace,
  number: number,
  pack: UndoPack,
): Promise<number> {
  const sealed = sealedUndo(seal, place, number, pack);
  if (2 * sealed.length + 4096 <= session.facts.packetBytesMax) {
    await insertUndo(session, place, number, sealed);
    return 1;
  }
  const middle = Math.ceil(pack.entries.length / 2);
  if (pack.entries.length < 2)
    throw mysqlFault(
      'mysql.packet-too-small',
      `${sealed.length} bytes, a packet holds ${session.facts.packetBytesMax}`,
    );
  const first = await keepUndoPack(session, seal, place, number, {
    ...pack,
    entries: pack.entries.slice(0, middle),
  });
  const rest = { ...pack, entries: pack.entries.slice(middle) };
  return first + (await keepUndoPack(session, seal, place, number + first, rest));
}

function sealedUndo(seal: Seal, place: SlicePlace, number: number, undo: Undo): Buffer {
  const plain = deflateRawSync(Buffer.from(JSON.stringify(undo)), { level: 1 });
  return Buffer.from(seal.seal(plain, sealContext(place, number)));
}

async function insertUndo(
  session: Session,
  place: SlicePlace,
  number: number,
  sealed: Buffer,
): Promise<void> {
  await session.run(
    `INSERT INTO _godwit_undo VALUES (${placeValues(place)}, ${number}, X'${sealed.toString('hex')}')`,
  );
}

/** Bytes of digests in one entry: a server takes packets of a megabyte at least, and bytes count more than twice. */
const digestsPerEntry = 256 * 1024;

export async function keepLoaded(
  session: Session,
  seal: Seal,
  place: SlicePlace,
  loaded: LoadedSlice,
  { lines, keys }: KeptDigests,
): Promise<void> {
  const undos: Undo[] = [
    { loaded },
    ...inEntries(lines).map((digests) => ({ digests })),
    ...(keys === null ? [] : inEntries(keys)).map((keyDigests) => ({ keyDigests })),
  ];
  for (const [number, undo] of undos.entries())
    await insertUndo(session, place, number, sealedUndo(seal, place, number, undo));
}

function inEntries(digests: Buffer): string[] {
  const entries = Math.ceil(digests.length / digestsPerEntry);
  return Array.from({ length: entries }, (_none, at) =>
    digests.subarray(at * digestsPerEntry, (at + 1) * digestsPerEntry).toString('base64'),
  );
}

/** What `keepLoaded` kept. */
export function digestsOf(undos: readonly Undo[]): KeptDigests {
  const decoded = (texts: readonly string[]): Buffer =>
    Buffer.concat(texts.map((text) => Buffer.from(text, 'base64')));
  const keys = undos.flatMap((undo) => ('keyDigests' in undo ? [undo.keyDigests] : []));
  return {
    lines: decoded(undos.flatMap((undo) => ('digests' in undo ? [undo.digests] : []))),
    keys: keys.length === 0 ? null : decoded(keys),
  };
}

/** In the order they were written. */
export async function loadUndo(session: Session, seal: Seal, place: SlicePlace): Promise<readonly Undo[]> {
  const rows = await session.rawRows(
    `SELECT pack, sealed FROM _godwit_undo WHERE ${placeCondition(place)} ORDER BY pack`,
  );
  return rows.map(([number, sealed]) => {
    const plain = inflateRawSync(
      seal.open(sealed ?? new Uint8Array(), sealContext(place, Number(number?.toString()))),
    );
    return JSON.parse(plain.toString('utf8')) as Undo;
  });
}

/** Puts these packs in place of all that are kept for the slice. */
export async function replaceUndoPacks(
  session: Session,
  seal: Seal,
  place: SlicePlace,
  packs: readonly UndoPack[],
): Promise<void> {
  await dropUndo(session, place);
  let number = 0;
  for (const pack of packs) number += await keepUndoPack(session, seal, place, number, pack);
}

export async function dropUndo(session: Session, place: SlicePlace): Promise<void> {
  await session.run(`DELETE FROM _godwit_undo WHERE ${placeCondition(place)}`);
}

/** A sealed pack opens only where it was put: moved to another slice it does not. */
function sealContext({ run, step, slice }: SlicePlace, number: number): string {
  return JSON.stringify(['mysql undo', run, step, slice, number]);
}
