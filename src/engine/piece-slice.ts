import type { BulkPiece, Exports, WriteRecord } from '../connectors/index.ts';
import { isGodwitError, type Slice } from '../model/index.ts';
import { purgedIn } from './pipe-slice.ts';
import type { Session } from './session.ts';
import type { SliceTally } from './slice-tally.ts';
import type { PipedSlice, SliceInput, SliceWork } from './slice-work.ts';

/** What cutting a slice takes. */
export interface PiecedSlice {
  readonly exports: Exports;
  readonly pipe: PipedSlice;
  readonly partRowsMin: number;
}

/**
 * How the bad records of a slice that did not go through the pipe can be found without reading the whole of it; null where
 * they cannot, or where that would not be worth it. A relation that refers to itself goes as records: which of two
 * records is refused may then depend on what came together.
 */
export async function piecesOf(
  session: Session,
  work: SliceWork,
  { pipe }: SliceInput,
): Promise<PiecedSlice | null> {
  const { exports } = await session.connections.snapshot();
  const target = await session.connections.target();
  const { partRowsMin } = session.limits;
  if (!pipe?.bounded || !exports?.cut || !target.importsPieces) return null;
  if (pipe.slice.rowsEstimate <= partRowsMin) return null;
  const { name, foreignKeys } = work.target;
  return foreignKeys.some(({ references }) => references.relation === name)
    ? null
    : { exports, pipe, partRowsMin };
}

/** A slice in as few pieces as bad records allow, in order: tenths in bulk, tenths of those that fail, at last records. */
export async function* cutIntoPieces(
  work: SliceWork,
  pieced: PiecedSlice,
  tally: SliceTally,
  asRecords: (part: Slice) => AsyncIterable<readonly WriteRecord[]>,
): AsyncGenerator<readonly WriteRecord[] | BulkPiece> {
  const { slice } = pieced.pipe;
  yield* new Cutter(work, pieced, tally, asRecords).cut(slice, slice.rowsEstimate);
}

const partsOfSlice = 10;

class Cutter {
  readonly #work: SliceWork;
  readonly #pieced: PiecedSlice;
  readonly #tally: SliceTally;
  readonly #asRecords: (part: Slice) => AsyncIterable<readonly WriteRecord[]>;
  #tried = 0;
  #failed = 0;

  constructor(
    work: SliceWork,
    pieced: PiecedSlice,
    tally: SliceTally,
    asRecords: (part: Slice) => AsyncIterable<readonly WriteRecord[]>,
  ) {
    this.#work = work;
    this.#pieced = pieced;
    this.#tally = tally;
    this.#asRecords = asRecords;
  }

  async *cut(slice: Slice, rows: number): AsyncGenerator<readonly WriteRecord[] | BulkPiece> {
    const rowsPerPart = Math.ceil(rows / partsOfSlice);
    for (const part of await this.#parts(slice, rowsPerPart)) {
      if (!this.#isWorthIt()) yield* this.#asRecords(part);
      else if (yield* this.#load(part)) continue;
      else if (rowsPerPart <= this.#pieced.partRowsMin) yield* this.#asRecords(part);
      else yield* this.cut(part, rowsPerPart);
    }
  }

  /** All of them at once: a stream left open would hold a connection while the pieces travel. */
  async #parts(slice: Slice, rowsPerPart: number): Promise<readonly Slice[]> {
    const parts: Slice[] = [];
    for await (const part of this.#pieced.exports.cut?.(this.#work.source, slice, rowsPerPart) ?? [])
      parts.push(part);
    return parts;
  }

  /** Where most pieces fail, to read the records is the shorter way. */
  #isWorthIt(): boolean {
    return this.#failed < 4 || this.#failed * 2 < this.#tried;
  }

  async *#load(part: Slice): AsyncGenerator<BulkPiece, boolean> {
    const { exports, pipe } = this.#pieced;
    const loaded: { rows: number | null } = { rows: null };
    this.#tried += 1;
    const purged = await purgedIn(exports, this.#work.source, { ...pipe, slice: part }).catch(nullIfRefused);
    if (purged !== null)
      yield {
        after: part.after,
        upTo: part.upTo,
        chunks: exports.export(this.#work.source, part, pipe.load),
        done: (rows) => {
          loaded.rows = rows;
        },
      };
    if (purged === null || loaded.rows === null) {
      this.#failed += 1;
      return false;
    }
    this.#tally.read(loaded.rows);
    this.#tally.given(loaded.rows);
    for (const { rule, reason, count } of purged) {
      this.#tally.read(count);
      this.#tally.purged(rule, reason, count);
    }
    return true;
  }
}

function nullIfRefused(error: unknown): null {
  if (!isGodwitError(error) || error.fate !== 'never') throw error;
  return null;
}
