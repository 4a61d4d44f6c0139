import type { Session } from './sessions.ts';
import type { RawRow } from './wire-row.ts';

/** Rows that are handed on together, and that may wait for whoever takes them. */
const chunkRows = 200;
/** What has come at least before a flow gives way: asking again sorts everything anew. */
const [leastRows, leastBytes] = [1_000, 8 * 1024 * 1024];

/**
 * The rows of one query as they are wanted, its connection held meanwhile. A connection of this wire can do nothing else while
 * a result is open: whoever needs it for something else asks the flow to give way. What has come is still handed on then, the
 * rest is passed over, and who wants it asks again from behind the last row.
 *
 * Invariant: a flow gives way only when a batch of rows has come, so that asking again goes on, and not in small steps.
 */
export class RowFlow {
  readonly #session: Session;
  #ready: RawRow[] = [];
  #failure: { readonly error: unknown } | null = null;
  #ended = false;
  #dropping = false;
  #asked = false;
  #rows = 0;
  #bytes = 0;
  #dropped = false;
  #wake: () => void = () => undefined;
  readonly #over: Promise<void>;

  /** @param freed called once, when the connection is free again */
  constructor(session: Session, sql: string, freed: () => void) {
    this.#session = session;
    this.#over = session
      .each(sql, (row) => this.#take(row))
      .then(() => undefined)
      .catch((error: unknown) => {
        this.#failure = { error };
      })
      .finally(() => {
        this.#ended = true;
        // Whoever comes next finds the connection as it was.
        session.resume();
        freed();
        this.#wake();
      });
  }

  giveWay(): void {
    this.#asked = true;
    if (this.#hasGivenEnough) this.#drop();
    else this.#session.resume();
  }

  /** Answers with whether these were all the rows. */
  async *rows(): AsyncGenerator<readonly RawRow[], boolean> {
    try {
      for (;;) {
        while (this.#ready.length === 0 && !this.#ended) await this.#more();
        const rows = this.#ready;
        this.#ready = [];
        if (rows.length > 0) yield rows;
        else if (this.#failure !== null) throw this.#failure.error;
        else if (this.#ended) return !this.#dropped;
        if (!this.#dropping) this.#session.resume();
      }
    } finally {
      this.#drop();
      await this.#over;
    }
  }

  get #hasGivenEnough(): boolean {
    return this.#rows >= leastRows || this.#bytes >= leastBytes;
  }

  #take(row: RawRow): void {
    if (this.#dropping) {
      this.#dropped = true;
      return;
    }
    this.#ready.push(row);
    this.#rows += 1;
    for (const value of row) this.#bytes += value?.length ?? 0;
    if (!this.#asked && this.#ready.length >= chunkRows) this.#session.pause();
    if (this.#asked && this.#hasGivenEnough) this.#drop();
    this.#wake();
  }

  #drop(): void {
    if (this.#dropping || this.#ended) return;
    this.#dropping = true;
    this.#session.resume();
  }

  async #more(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
  }
}
