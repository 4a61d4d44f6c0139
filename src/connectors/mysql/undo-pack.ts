import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Seal } from '../../host/index.ts';
import { placeCondition, placeValues, type SlicePlace } from './bookkeeping.ts';
import { mysqlFault } from './faults.ts';
import type { Session } from './sessions.ts';

/** What undoing one record needs; contents of columns as they are stored, one character for each byte. */
export interface UndoEntry {
  /** Values of the pack's key; empty where the relation has no key, then the digest names the record. */
  readonly key: readonly (string | null)[];
  /** Digest of the record as this slice left it. */
  readonly after: string;
  /** What was there before, or null when the slice added the record. */
  readonly before: BeforeImage | null;
}

export interface BeforeImage {
  readonly digest: string;
  /** Values of the pack's `restored`. */
  readonly values: readonly (string | null)[];
}

/** The undo information of some records of a slice; one is written for each batch, so that memory stays bounded. */
export interface UndoPack {
  readonly key: readonly string[];
  /** All columns of the table when it was written: what digests cover, in this order. */
  readonly columns: readonly string[];
  /** The columns of before-images. */
  readonly restored: readonly string[];
  readonly entries: readonly UndoEntry[];
}

/** Answers with the number of packs written: what is larger than a packet is halved. */
export async function keepUndoPack(
  session: Session,
  seal: Seal,
  place: SlicePlace,
  number: number,
  pack: UndoPack,
): Promise<number> {
  const plain = deflateRawSync(Buffer.from(JSON.stringify(pack)), { level: 1 });
  const sealed = Buffer.from(seal.seal(plain, sealContext(place, number)));
  if (2 * sealed.length + 4096 <= session.facts.packetBytesMax) {
    await session.run(
      `INSERT INTO _godwit_undo VALUES (${placeValues(place)}, ${number}, X'${sealed.toString('hex')}')`,
    );
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

/** In the order they were written. */
export async function loadUndoPacks(
  session: Session,
  seal: Seal,
  place: SlicePlace,
): Promise<readonly UndoPack[]> {
  const rows = await session.rawRows(
    `SELECT pack, sealed FROM _godwit_undo WHERE ${placeCondition(place)} ORDER BY pack`,
  );
  return rows.map(([number, sealed]) => {
    const plain = inflateRawSync(
      seal.open(sealed ?? new Uint8Array(), sealContext(place, Number(number?.toString()))),
    );
    return JSON.parse(plain.toString('utf8')) as UndoPack;
  });
}

/** Puts these packs in place of all that are kept for the slice. */
export async function replaceUndoPacks(
  session: Session,
  seal: Seal,
  place: SlicePlace,
  packs: readonly UndoPack[],
): Promise<void> {
  await session.run(`DELETE FROM _godwit_undo WHERE ${placeCondition(place)}`);
  let number = 0;
  for (const pack of packs) number += await keepUndoPack(session, seal, place, number, pack);
}

/** A sealed pack opens only where it was put: moved to another slice it does not. */
function sealContext({ run, step, slice }: SlicePlace, number: number): string {
  return JSON.stringify(['mysql undo', run, step, slice, number]);
}
