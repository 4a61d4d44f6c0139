import type { Session, Sessions } from './sessions.ts';
import { quoteText } from './sql.ts';

/** The server cuts a longer `application_name`. */
const nameMost = 63;

/**
 * A lock of the server that one session holds for as long as it lives: a process that was killed leaves nothing behind. A
 * machine that went away is noticed after some half a minute. Whoever holds it says who they are in the name of their session, which
 * everybody may read.
 */
export class WorkLock {
  readonly #sessions: Sessions;
  readonly #name: string;

  constructor(sessions: Sessions, name: string) {
    this.#sessions = sessions;
    this.#name = name;
  }

  /** Null when somebody holds it. */
  async take(by: string): Promise<AsyncDisposable | null> {
    const session = await this.#sessions.take();
    try {
      if (await this.#locks(session, by)) {
        return { [Symbol.asyncDispose]: async () => this.#sessions.discard(session) };
      }
    } catch (error) {
      await this.#sessions.discard(session);
      throw error;
    }
    await this.#sessions.discard(session);
    return null;
  }

  async #locks(session: Session, by: string): Promise<boolean> {
    await session.run(
      `SET application_name = ${quoteText(by.slice(0, nameMost))}; SET idle_session_timeout = 0;
       SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3`,
    );
    const [row] = await session.rows(
      'SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended($1, 0))',
      [this.#name],
    );
    return row?.[0] === 't';
  }

  /** Who holds it, in their own words; null when nobody does. */
  async holder(): Promise<string | null> {
    const [row] = await this.#sessions.lend(async (session) => session.rows(holderQuery, [this.#name]));
    return row === undefined ? null : (row[0] ?? '');
  }
}

/** A lock over a number of eight bytes is shown in two halves. */
const holderQuery = `
  SELECT a.application_name FROM pg_catalog.pg_locks AS l LEFT JOIN pg_catalog.pg_stat_activity AS a USING (pid),
    pg_catalog.hashtextextended($1, 0) AS n (key)
  WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
    AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
    AND l.classid::bigint = (n.key >> 32) & 4294967295 AND l.objid::bigint = n.key & 4294967295`;
