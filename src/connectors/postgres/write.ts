import type { Seal } from '../../host/index.ts';
import { isGodwitError, type Row, recordKey } from '../../model/index.ts';
import type {
  BulkLoad,
  BulkPiece,
  BulkSlice,
  PiecedWrite,
  PlannedWrite,
  RefusedRecord,
  SliceResult,
  SliceWrite,
  WriteRecord,
} from '../port.ts';
import { type Attempt, inHalves, statementRuns } from '../sql-servers/index.ts';
import { WaitingRecords } from '../waiting-records.ts';
import { addCheckpoint, findCheckpoint, sliceSettings } from './bookkeeping.ts';
import { keepIds } from './captured-ids.ts';
import { enterSlice } from './fence.ts';
import { fieldToBlame } from './field-to-blame.ts';
import { copyInto } from './import-slice.ts';
import { type LoadPlace, loadedSlice, placeOf } from './loaded-slice.ts';
import { keepOwnSavepoint, keepTransactionsOf } from './own-transactions.ts';
import { isAboutRecord, RecordTrouble, refusal } from './refusals.ts';
import type { Session, Sessions } from './sessions.ts';
import { sliceTransaction } from './slice-transaction.ts';
import { readTargetTable, type TargetTable } from './target-table.ts';
import { keepUndo } from './undo-pack.ts';
import { decodeValue } from './value-text.ts';
import { RecordWriter, type WrittenRecord } from './write-records.ts';

/**
 * Writes a slice in one transaction: data, undo information, captured ids, and last the checkpoint.
 *
 * Invariants: 1. a slice is locked before its checkpoint is looked for, so two sessions never write it both. 2. constraints
 * are checked at each statement, deferrable ones too: what would fail at the commit is found while its record can be named.
 * 3. records refused for a missing parent are tried again at the end, for the parent may come later in the same slice. Of two
 * upserted records with one key the later wins, also when the earlier has to wait.
 */
export async function writeSlice(
  sessions: Sessions,
  namespace: string,
  seal: Seal,
  write: SliceWrite,
): Promise<SliceResult> {
  return inOneTransaction(sessions, namespace, seal, write, async (writer) => {
    for await (const batch of write.batches) await writer.add(batch);
  });
}

/** The same where some of the records come in bulk; see `Imports.importPieces`. */
export async function writePieces(
  sessions: Sessions,
  namespace: string,
  seal: Seal,
  write: PiecedWrite,
): Promise<SliceResult> {
  return inOneTransaction(sessions, namespace, seal, write, async (writer) => {
    for await (const piece of write.pieces)
      if ('chunks' in piece) await writer.load(piece, write.load);
      else await writer.add(piece);
  });
}

async function inOneTransaction(
  sessions: Sessions,
  namespace: string,
  seal: Seal,
  write: PlannedWrite,
  bring: (writer: SliceWriter) => Promise<void>,
): Promise<SliceResult> {
  return sliceTransaction(sessions, namespace, write, async (session) => {
    await enterSlice(session, namespace, write);
    const stored = await findCheckpoint(session, namespace, write);
    if (stored !== null) return { applied: false, counts: stored };
    await session.run(sliceSettings);
    const table = await readTargetTable(session, namespace, write.relation);
    const writer = new SliceWriter(session, namespace, seal, table, write);
    await bring(writer);
    const refused = await writer.finish();
    const counts = await write.beforeCommit(refused);
    await addCheckpoint(session, namespace, write, counts);
    return { applied: true, counts };
  });
}

const statementMax = { records: 1000, bytes: 4 * 1024 * 1024 };

class SliceWriter {
  readonly #session: Session;
  readonly #namespace: string;
  readonly #seal: Seal;
  readonly #table: TargetTable;
  readonly #write: PlannedWrite;
  readonly #records: RecordWriter;
  readonly #waiting: WaitingRecords;
  readonly #refused: RefusedRecord[] = [];
  #packs = 0;

  constructor(session: Session, namespace: string, seal: Seal, table: TargetTable, write: PlannedWrite) {
    this.#session = session;
    this.#namespace = namespace;
    this.#seal = seal;
    this.#table = table;
    this.#write = write;
    this.#records = new RecordWriter(session, namespace, table, write);
    this.#waiting = new WaitingRecords(write);
  }

  async add(batch: readonly WriteRecord[]): Promise<void> {
    for (const chunk of statementRuns(batch, statementMax))
      for (const run of this.#records.distinctRuns(chunk)) {
        const ready = run.filter((record) => !this.#waiting.addBehind(record));
        await this.#keep(await this.#writeOrHalve(ready));
      }
  }

  /** All records of a piece, or none of them when one cannot go or does not come. */
  async load(piece: BulkPiece, load: BulkLoad): Promise<void> {
    const [session, { relation, key }] = [this.#session, this.#write];
    const bounds = { after: piece.after, upTo: piece.upTo };
    await session.run('SAVEPOINT piece');
    let rows: number | null = null;
    try {
      const place = await placeOf(session, this.#namespace, { relation, key, bounds });
      rows = await session.copyIn(copyInto(this.#namespace, { relation, load }), piece.chunks);
      if (rows > 0) await this.#keepLoaded(rows, bounds, place);
    } catch (error) {
      if (!isAboutRecord(error) && !(isGodwitError(error) && error.fate === 'never')) throw error;
      rows = null;
      await session.run('ROLLBACK TO SAVEPOINT piece');
    }
    await session.run('RELEASE SAVEPOINT piece');
    piece.done(rows);
  }

  async #keepLoaded(rows: number, bounds: BulkSlice['bounds'], place: LoadPlace): Promise<void> {
    const [session, namespace, write] = [this.#session, this.#namespace, this.#write];
    await keepOwnSavepoint(session, namespace, write);
    const loaded = await loadedSlice(session, namespace, { ...write, bounds }, place, rows);
    await keepUndo(session, this.#seal, namespace, write, this.#packs, { loaded });
    this.#packs += 1;
  }

  /** Tries those that wait again until none of them gets further. */
  async finish(): Promise<readonly RefusedRecord[]> {
    while (this.#waiting.count > 0) {
      const trying = this.#waiting.takeAll();
      await this.add(trying);
      if (this.#waiting.count === trying.length) this.#refused.push(...this.#waiting.giveUp());
    }
    return this.#refused;
  }

  /** Writes what can be written: when a statement fails for a record, its halves are tried, down to the record itself. */
  async #writeOrHalve(records: readonly WriteRecord[]): Promise<readonly WrittenRecord[]> {
    const written = await inHalves(
      records,
      async (some) => this.#writeAll(some),
      async (record, error) =>
        this.#refuse(
          record,
          error,
          await fieldToBlame(this.#session, this.#table, this.#write, record, error),
        ),
    );
    return written.flat();
  }

  async #writeAll(records: readonly WriteRecord[]): Promise<Attempt<readonly WrittenRecord[], unknown>> {
    await this.#session.run('SAVEPOINT some_records');
    try {
      const { written, missing } = await this.#records.write(records);
      await this.#session.run('RELEASE SAVEPOINT some_records');
      for (const record of missing) this.#refuse(record, notThere(this.#write.key), null);
      return { result: written };
    } catch (error) {
      if (!isAboutRecord(error)) throw error;
      await this.#session.run('ROLLBACK TO SAVEPOINT some_records; RELEASE SAVEPOINT some_records');
      return { failure: error };
    }
  }

  #refuse(record: WriteRecord, error: unknown, field: string | null): void {
    const refused = refusal(record, this.#write.relation, error, field);
    if (this.#waiting.mayHaveParentLater(refused)) this.#waiting.addOrphan(refused);
    else this.#refused.push(refused);
  }

  async #keep(written: readonly WrittenRecord[]): Promise<void> {
    if (written.length === 0) return;
    const { undoKey: key, columns, restored } = this.#records;
    const entries = written.map(({ undo }) => undo);
    const pack = { key, columns, restored, entries };
    if (this.#write.putsBack === undefined) {
      await keepUndo(this.#session, this.#seal, this.#namespace, this.#write, this.#packs, pack);
      this.#packs += 1;
    } else {
      const owner = { run: this.#write.run, step: this.#write.putsBack };
      await keepTransactionsOf(this.#session, this.#namespace, owner, this.#table, pack);
    }
    // What is put back has the key it had.
    if (this.#write.captureIds && this.#write.putsBack === undefined)
      await keepIds(this.#session, this.#namespace, this.#write, this.#ids(written));
  }

  #ids(written: readonly WrittenRecord[]): (readonly [source: string, target: string])[] {
    const { key, relation } = this.#write;
    const decoders = key.map((name) =>
      decodeValue(relation.fields.find((field) => field.name === name)?.type ?? { kind: 'any' }),
    );
    return written.map((one) => {
      const values: Row = one.key.map((text, at) => (text === null ? null : (decoders[at]?.(text) ?? null)));
      return [one.record.sourceKey, recordKey(values)];
    });
  }
}

function notThere(key: readonly string[]): RecordTrouble {
  return new RecordTrouble('target.missing', `there is no record with this ${key.join(', ')} to update`);
}
