import type { Seal } from '../../host/index.ts';
import { recordKey } from '../../model/index.ts';
import type { RefusedRecord, SliceResult, SliceWrite, WriteRecord } from '../port.ts';
import { type Attempt, inHalves, statementRuns } from '../sql-servers/index.ts';
import { WaitingRecords } from '../waiting-records.ts';
import { addCheckpoint, expectBookkeeping, findCheckpoint, withSliceLock } from './bookkeeping.ts';
import { keepIds } from './captured-ids.ts';
import { isAboutRecord, RecordTrouble, refusal } from './refusals.ts';
import type { Session, Sessions } from './sessions.ts';
import { readTargetTable, type TargetTable } from './target-table.ts';
import { keepUndoPack } from './undo-pack.ts';
import { RecordWriter, type WrittenRecord } from './write-records.ts';

/**
 * Writes a slice in one transaction: data, undo information, captured ids, and last the checkpoint.
 *
 * Invariants: 1. a slice is locked before its checkpoint is looked for, so two sessions never write it both. 2. references
 * are checked by every statement. 3. records refused for a missing parent are tried again at the end, for the parent may
 * come later in the same slice. Of two upserted records with one key the later wins, also when the earlier has to wait.
 */
export async function writeSlice(sessions: Sessions, seal: Seal, write: SliceWrite): Promise<SliceResult> {
  return sessions.lend(async (session) => {
    await expectBookkeeping(session);
    return withSliceLock(session, write, async () => {
      await session.run('START TRANSACTION');
      const result = await inTransaction(session, seal, write);
      await session.run('COMMIT');
      return result;
    });
  });
}

async function inTransaction(session: Session, seal: Seal, write: SliceWrite): Promise<SliceResult> {
  const stored = await findCheckpoint(session, write);
  if (stored !== null) return { applied: false, counts: stored };
  const table = await readTargetTable(session, write.relation);
  const writer = new SliceWriter(session, seal, table, write);
  for await (const batch of write.batches) await writer.add(batch);
  const refused = await writer.finish();
  const counts = await write.beforeCommit(refused);
  await addCheckpoint(session, write, counts);
  return { applied: true, counts };
}

const recordsPerStatement = 500;
const bytesPerStatement = 1024 * 1024;

class SliceWriter {
  readonly #session: Session;
  readonly #seal: Seal;
  readonly #write: SliceWrite;
  readonly #records: RecordWriter;
  readonly #waiting: WaitingRecords;
  readonly #refused: RefusedRecord[] = [];
  #packs = 0;

  constructor(session: Session, seal: Seal, table: TargetTable, write: SliceWrite) {
    this.#session = session;
    this.#seal = seal;
    this.#write = write;
    this.#records = new RecordWriter(session, table, write);
    this.#waiting = new WaitingRecords(write);
  }

  async add(batch: readonly WriteRecord[]): Promise<void> {
    const bytes = Math.min(bytesPerStatement, this.#session.facts.packetBytesMax / 8);
    for (const chunk of statementRuns(batch, { records: recordsPerStatement, bytes }))
      for (const run of this.#records.distinctRuns(chunk)) {
        const ready = run.filter((record) => !this.#waiting.addBehind(record));
        await this.#keep(await this.#writeOrHalve(ready));
      }
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
      (record, error) => this.#refuse(record, error),
    );
    return written.flat();
  }

  async #writeAll(records: readonly WriteRecord[]): Promise<Attempt<readonly WrittenRecord[], unknown>> {
    await this.#session.run('SAVEPOINT some_records');
    try {
      const { written, missing } = await this.#records.write(records);
      await this.#session.run('RELEASE SAVEPOINT some_records');
      for (const record of missing) this.#refuse(record, notThere(this.#write.key));
      return { result: written };
    } catch (error) {
      if (!isAboutRecord(error)) throw error;
      await this.#session.run('ROLLBACK TO SAVEPOINT some_records');
      return { failure: error };
    }
  }

  #refuse(record: WriteRecord, error: unknown): void {
    const refused = refusal(record, this.#write.relation, error);
    if (this.#waiting.mayHaveParentLater(refused)) this.#waiting.addOrphan(refused);
    else this.#refused.push(refused);
  }

  async #keep(written: readonly WrittenRecord[]): Promise<void> {
    if (written.length === 0) return;
    const { undoKey: key, columns, restored } = this.#records;
    const pack = { key, columns, restored, entries: written.map(({ undo }) => undo) };
    if (this.#write.putsBack === undefined)
      this.#packs += await keepUndoPack(this.#session, this.#seal, this.#write, this.#packs, pack);
    // What is put back has the key it had.
    if (!this.#write.captureIds || this.#write.putsBack !== undefined) return;
    const ids = written.map(({ record, key: target }) => [record.sourceKey, recordKey(target)] as const);
    await keepIds(this.#session, this.#write, ids);
  }
}

function notThere(key: readonly string[]): RecordTrouble {
  return new RecordTrouble('target.missing', `there is no record with this ${key.join(', ')} to update`);
}
