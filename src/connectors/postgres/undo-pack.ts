import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Seal } from '../../host/index.ts';
import type { Row } from '../../model/index.ts';
import type { BeforeImage, UndoEntry as SharedEntry, UndoPack as SharedPack } from '../sql-servers/index.ts';
import { placeCondition, placeParameters, type SlicePlace } from './bookkeeping.ts';
import type { Session } from './sessions.ts';

/** Texts as the server spells them. */
export interface OwnedImage extends BeforeImage {
  /** The step of this run that had left the record so, where it did. */
  readonly owner: string | null;
}

export type UndoEntry = SharedEntry<OwnedImage>;
export type UndoPack = SharedPack<OwnedImage>;

/**
 * A slice that was loaded in bulk: its records are those between the bounds that carry a transaction of the step (see
 * `own-transactions.ts`) and were not changed since.
 */
export interface LoadedSlice {
  readonly rows: number;
  readonly key: readonly string[];
  readonly after: Row | null;
  readonly upTo: Row | null;
  /** Name of the order the bounds were meant in, see `KeyOrder`; null where there are none that the target understands. */
  readonly order: string | null;
  /** A transaction's number in decimal digits: every one below it had ended before these records were there. */
  readonly since?: string;
  /**
   * The digests of the keys of its records (see `keyDigests`) one behind the other, in base64. Absent where the bounds held no
   * records of others, where no index tells that quickly, and of slices that earlier versions loaded.
   */
  readonly keys?: string;
}

/** What one entry of the undo table holds. */
export type Undo = UndoPack | { readonly loaded: LoadedSlice };

export async function keepUndo(
  session: Session,
  seal: Seal,
  namespace: string,
  place: SlicePlace,
  number: number,
  undo: Undo,
): Promise<void> {
  const plain = deflateRawSync(Buffer.from(JSON.stringify(undo)), { level: 1 });
  const sealed = Buffer.from(seal.seal(plain, sealContext(namespace, place, number)));
  await session.rows(
    `INSERT INTO ${session.books}undo (namespace, run, step, slice, pack, sealed) VALUES ($1, $2, $3, $4, $5, $6)`,
    [...placeParameters(namespace, place), String(number), `\\x${sealed.toString('hex')}`],
  );
}

/** In the order they were written. */
export async function loadUndo(
  session: Session,
  seal: Seal,
  namespace: string,
  place: SlicePlace,
): Promise<readonly Undo[]> {
  const rows = await session.rows(
    `SELECT pack, sealed FROM ${session.books}undo WHERE ${placeCondition} ORDER BY pack`,
    placeParameters(namespace, place),
  );
  return rows.map(([number, sealed]) => {
    const bytes = Buffer.from(String(sealed).slice(2), 'hex');
    const plain = inflateRawSync(seal.open(bytes, sealContext(namespace, place, Number(number))));
    return JSON.parse(plain.toString('utf8')) as Undo;
  });
}

/** Puts these in place of all that is kept for the slice. */
export async function replaceUndo(
  session: Session,
  seal: Seal,
  namespace: string,
  place: SlicePlace,
  undos: readonly Undo[],
): Promise<void> {
  await session.rows(
    `DELETE FROM ${session.books}undo WHERE ${placeCondition}`,
    placeParameters(namespace, place),
  );
  for (const [number, undo] of undos.entries()) await keepUndo(session, seal, namespace, place, number, undo);
}

/** A sealed pack opens only where it was put: moved to another slice it does not. */
function sealContext(namespace: string, { run, step, slice }: SlicePlace, number: number): string {
  return JSON.stringify(['postgres undo', namespace, run, step, slice, number]);
}
