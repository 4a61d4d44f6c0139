import { type PostgresServer, startPostgres } from '../../tests/servers/index.ts';
import { CrmMove } from '../crm/crm-move.ts';
import { type CrmDatabase, sql } from '../crm/crm-servers.ts';
import { copyOfPeople, peopleTable } from './people.ts';
import { debianPrograms, type Stretch } from './pgbench.ts';

const sourceSettings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_level: 'replica',
  shared_buffers: '1GB',
  max_wal_size: '8GB',
  checkpoint_timeout: '1h',
};

/** What one copy did to its target, and when. */
export interface CopyTaken extends Stretch {
  readonly mib: number;
}

/**
 * A source that serves others, and a target that stands for one elsewhere: it writes nothing to the disk the source is on. The
 * processors both share with the source, and with godwit.
 */
export class SharedSource implements AsyncDisposable {
  readonly source: CrmDatabase;
  readonly #target: PostgresServer;

  private constructor(source: CrmDatabase, target: PostgresServer) {
    this.source = source;
    this.#target = target;
  }

  static async start(records: number): Promise<SharedSource> {
    const server = await startPostgres({ major: 15, programs: debianPrograms, settings: sourceSettings });
    const source = { server, database: await server.createDatabase('shared') };
    await sql(
      source,
      'CREATE SCHEMA crm',
      peopleTable,
      `INSERT INTO crm.person SELECT i, 'name ' || i, 'p' || i || '@example.org', 'city ' || i % 997,
         repeat('called on day ' || i || ', wants an offer; ', 4), timestamptz '2020-01-01Z' + i * interval '1 s'
       FROM generate_series(1::bigint, ${records}) AS i`,
      'VACUUM ANALYZE',
      'CHECKPOINT',
    );
    const inMemory = { TMPDIR: process.env['TMPDIR'] };
    process.env['TMPDIR'] = '/dev/shm';
    try {
      return new SharedSource(source, await startPostgres({ major: 15, settings: { max_wal_size: '2GB' } }));
    } finally {
      if (inMemory.TMPDIR === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = inMemory.TMPDIR;
    }
  }

  /** @param protection lines of godwit.yaml */
  async prepared(protection: string): Promise<PreparedCopy> {
    const target = { server: this.#target, database: await this.#target.createDatabase() };
    await sql(target, 'CREATE SCHEMA crm', peopleTable);
    const move = new CrmMove(this.source, target, copyOfPeople, protection);
    await move.prepare();
    return new PreparedCopy(target, move);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#target.stop(), this.source.server.stop()]);
  }
}

const begun = /^\d+-check-target done/;
const copied = /^\d+-copy-\S+ done/;

export class PreparedCopy implements AsyncDisposable {
  readonly #target: CrmDatabase;
  readonly #move: CrmMove;

  constructor(target: CrmDatabase, move: CrmMove) {
    this.#target = target;
    this.#move = move;
  }

  /** `godwit run` for that long; the stretch begins with its copy and ends with it, or with the time. */
  async copyFor(seconds: number): Promise<CopyTaken> {
    const startedAt = Date.now() / 1_000;
    const told = await this.#move.verbFor(seconds * 1_000, 'run');
    const from = told.find(({ line }) => begun.test(line))?.atSeconds;
    const to = told.find(({ line }) => copied.test(line))?.atSeconds ?? seconds;
    if (from === undefined) throw new RangeError(`no copy began: ${told.map(({ line }) => line).join('\n')}`);
    const [row] = await sql(
      this.#target,
      `SELECT coalesce(sum(pg_column_size(p)), 0)::bigint / 1048576.0 FROM crm.person AS p`,
    );
    return { from: startedAt + from, to: startedAt + to, mib: Number(row?.[0]) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#move[Symbol.dispose]();
    const { server, database } = this.#target;
    await sql({ server, database: 'postgres' }, `DROP DATABASE ${database} WITH (FORCE)`);
  }
}
