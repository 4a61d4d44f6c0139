import { DatabaseError } from 'pg';
import type { Seal } from '../../host/index.ts';
import type { RecordKey, Row } from '../../model/index.ts';
import type { AppliedSlice, AskedIds, KeptId } from '../port.ts';
import { lockSlice, type SlicePlace } from './bookkeeping.ts';
import { BooksFile, type UnderWay } from './books-file.ts';
import { carryIn, carryOut } from './carried-books.ts';
import { postgresFault } from './faults.ts';
import { clusterIdentity } from './fingerprint.ts';
import type { KeptBeside, Session, Sessions } from './sessions.ts';

/**
 * Checkpoints, undo information and captured ids in a file on this machine, for a role that may keep nothing in the target. For
 * the time of a transaction they lie in temporary tables of its session, so that the same SQL reads and writes them.
 *
 * Invariants: 1. what a slice's transaction makes of the books is in the file, with the transaction's number, before that is
 * committed. It counts once the server says that this transaction was committed: then the slice is there whole, or not at all.
 * 2. whoever asks about a slice holds its lock, so nothing of it is under way. 3. a server that is on another timeline than
 * when the run began (restored, failed over) is not believed: its numbers may mean others' transactions.
 */
export class BooksBeside implements KeptBeside {
  readonly #path: string;
  readonly #seal: Seal | null;
  #file: BooksFile | null = null;
  #server: string | null = null;
  readonly #carries = new WeakSet<Session>();

  constructor(path: string, seal: Seal | null) {
    this.#path = path;
    this.#seal = seal;
  }

  async prepare(sessions: Sessions, namespace: string, run: string): Promise<void> {
    await sessions.lend(async (session) => {
      const file = await this.#open(session);
      file.begin(file.runOf(namespace, run), await timelineOf(session));
    });
  }

  async transaction<Result>(
    sessions: Sessions,
    namespace: string,
    place: SlicePlace,
    work: (session: Session) => Promise<Result>,
  ): Promise<Result> {
    return sessions.lend(async (session) => {
      const file = await this.#open(session);
      await session.begin('BEGIN ISOLATION LEVEL READ COMMITTED');
      await this.#settle(session, file, namespace, place);
      const carried = await carryIn(session, file, namespace, place, this.#carries);
      const result = await work(session);
      const change = await carryOut(session, file, namespace, place, carried);
      if (change === null) {
        await session.run('COMMIT');
        return result;
      }
      const owner = file.runOf(namespace, place.run);
      const [row] = await session.rows('SELECT pg_catalog.pg_current_xact_id()');
      file.announce(owner, place, String(row?.[0]), change);
      await session.run('COMMIT');
      file.settle(owner, place, true);
      return result;
    });
  }

  async applied(sessions: Sessions, namespace: string, run: string): Promise<readonly AppliedSlice[]> {
    const [file, open] = await sessions.lend(async (session) => {
      const books = await this.#open(session);
      return [books, books.underWay(books.runOf(namespace, run))] as const;
    });
    for (const { step, slice } of open)
      await sessions.transaction('BEGIN', async (session) =>
        this.#settle(session, file, namespace, { run, step, slice }),
      );
    return file.applied(file.runOf(namespace, run));
  }

  async resolve(
    sessions: Sessions,
    namespace: string,
    run: string,
    object: string,
    keys: readonly RecordKey[],
  ): Promise<ReadonlyMap<RecordKey, Row>> {
    const file = await sessions.lend(async (session) => this.#open(session));
    return file.resolve(file.runOf(namespace, run), object, keys);
  }

  async keptIds(sessions: Sessions, namespace: string, asked: AskedIds): Promise<readonly KeptId[]> {
    const file = await sessions.lend(async (session) => this.#open(session));
    return file.keptIds(file.runOf(namespace, asked.run), asked);
  }

  [Symbol.dispose](): void {
    this.#file?.[Symbol.dispose]();
  }

  /** One file serves all targets of a project. */
  async #open(session: Session): Promise<BooksFile> {
    this.#server ??= await serverOf(session);
    this.#file ??= new BooksFile(this.#path, this.#server, this.#seal);
    return this.#file;
  }

  /** Behind the slice's lock: what became of a transaction whose end nobody heard of. */
  async #settle(session: Session, file: BooksFile, namespace: string, place: SlicePlace): Promise<void> {
    await lockSlice(session, namespace, place);
    const owner = file.runOf(namespace, place.run);
    const began = file.timeline(owner);
    const now = await timelineOf(session);
    if (began === null)
      throw postgresFault('postgres.not-prepared', `${this.#path} knows nothing of ${place.run}`);
    if (began !== now)
      throw postgresFault('postgres.target-put-back', `timeline ${now}, ${began} when the run began`);
    const [open] = file.underWay(owner, place);
    if (open) file.settle(owner, place, await wasCommitted(session, open));
  }
}

/** Throws where the server does not know any more; nothing is guessed then. */
async function wasCommitted(session: Session, { step, slice, transaction }: UnderWay): Promise<boolean> {
  const about = `slice ${slice} of ${step}, transaction ${transaction}`;
  try {
    const [row] = await session.rows('SELECT pg_catalog.pg_xact_status($1::xid8)', [transaction]);
    if (row?.[0] === 'committed') return true;
    if (row?.[0] === 'aborted') return false;
    if (row?.[0] === 'in progress') throw postgresFault('postgres.conflict', `${about} has not ended yet`);
  } catch (error) {
    // 22023: it is a number that this server has not given yet.
    if (!(error instanceof DatabaseError && error.code === '22023')) throw error;
  }
  throw postgresFault('postgres.outcome-unknown', about);
}

async function timelineOf(session: Session): Promise<string> {
  const [row] = await session.rows(
    'SELECT pg_catalog.substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 1, 8)',
  );
  return String(row?.[0]);
}

async function serverOf(session: Session): Promise<string> {
  const [row] = await session.rows('SELECT pg_catalog.current_database()');
  return `${await clusterIdentity(session)}, ${row?.[0]}`;
}
