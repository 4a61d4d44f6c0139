import { type PostgresServer, startPostgres } from '../../tests/servers/index.ts';
import { CrmMove } from '../crm/crm-move.ts';
import { type CrmDatabase, sql } from '../crm/crm-servers.ts';

/** Both servers alike and every commit durable; nobody else works on them. */
const settings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_level: 'replica',
  shared_buffers: '1GB',
  maintenance_work_mem: '512MB',
  max_wal_size: '8GB',
  autovacuum: 'off',
};

const person = (firm: string): string =>
  `CREATE TABLE crm.person (id bigint PRIMARY KEY, firm_id bigint NOT NULL ${firm}, first_name text NOT NULL,
     last_name text NOT NULL, email text NOT NULL, birthdate date, balance numeric(12,2), active boolean NOT NULL,
     note text, created_at timestamptz NOT NULL)`;

/** @param there records of others, whose keys lie between those of the load */
const targetTables = (there: number): readonly string[] => [
  'CREATE SCHEMA crm',
  'CREATE TABLE crm.firm (id bigint PRIMARY KEY, name text NOT NULL)',
  "INSERT INTO crm.firm SELECT i, 'firm ' || i FROM generate_series(1::bigint, 10000) AS i",
  person('REFERENCES crm.firm'),
  fill(`generate_series(1::bigint, ${there}) AS n CROSS JOIN LATERAL (SELECT n * 2 AS i) AS even`),
  'CREATE INDEX person_firm_id ON crm.person (firm_id)',
  'CREATE INDEX person_last_name ON crm.person (last_name)',
  // Records of others may refer to people, as they do in a system that is in use.
  'CREATE TABLE crm.letter (id bigint PRIMARY KEY, person_id bigint NOT NULL REFERENCES crm.person, text text)',
  'CREATE INDEX letter_person_id ON crm.letter (person_id)',
  'VACUUM ANALYZE',
];

/** Every value follows from the record's number. */
const fill = (from: string): string => `INSERT INTO crm.person
  SELECT i, 1 + i * 7919 % 10000, 'first ' || i % 5003, 'last ' || i * 31 % 99991, 'p' || i || '@example.org',
    date '1950-01-01' + (i * 37 % 18000)::int, (i * 104729 % 100000000) / 100.0, i % 3 > 0,
    CASE WHEN i % 4 > 0 THEN 'called on day ' || i || ', wants an offer for ' || i % 1000 || ' pieces' END,
    timestamptz '2020-01-01Z' + i * interval '1 s' FROM ${from}`;

const fields = 'id firm_id first_name last_name email birthdate balance active note created_at'.split(' ');

const mapping = (mode: string): Readonly<Record<string, string>> => ({
  person: `source: person\ntarget: person\nkey: id\nmode: ${mode}\nowner: ada\nfields:\n${fields.map((name) => `  ${name}: ${name}\n`).join('')}`,
});

/** A load of people from one PostgreSQL 15 into a table of another, in which others may have records, and its way back. */
export class UndoWorld implements AsyncDisposable {
  readonly records: number;
  readonly #source: CrmDatabase;
  readonly #target: PostgresServer;

  private constructor(records: number, source: CrmDatabase, target: PostgresServer) {
    this.records = records;
    this.#source = source;
    this.#target = target;
  }

  static async start(records: number): Promise<UndoWorld> {
    const [source, target] = await Promise.all(
      [0, 1].map(async () => startPostgres({ major: 15, settings })),
    );
    if (!source || !target) throw new RangeError('two servers');
    const database = { server: source, database: await source.createDatabase('people') };
    const odd = `generate_series(1::bigint, ${records}) AS n CROSS JOIN LATERAL (SELECT n * 2 - 1 AS i) AS odd`;
    await sql(database, 'CREATE SCHEMA crm', person(''), fill(odd), 'VACUUM ANALYZE');
    return new UndoWorld(records, database, target);
  }

  /** @param there how many records of others are in the table before the load */
  async load(there: number): Promise<LoadedPeople> {
    const target = { server: this.#target, database: await this.#target.createDatabase() };
    await sql(target, ...targetTables(there), 'CHECKPOINT');
    await sql(this.#source, 'CHECKPOINT');
    const move = new CrmMove(this.#source, target, mapping(there === 0 ? 'empty-only' : 'append'), '');
    return new LoadedPeople(target, move, this.records);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#target.stop(), this.#source.server.stop()]);
  }
}

const copied = /^\d+-copy-\S+ done/;

/** One database, its load and its way back. */
export class LoadedPeople implements AsyncDisposable {
  readonly target: CrmDatabase;
  readonly #move: CrmMove;
  readonly #records: number;

  constructor(target: CrmDatabase, move: CrmMove, records: number) {
    this.target = target;
    this.#move = move;
    this.#records = records;
  }

  /** `godwit run` from its start to the end of its copy; the audit behind it is no part of the load. In seconds. */
  async load(): Promise<number> {
    await this.#move.prepare();
    const told = await this.#move.verbUntil(copied, 1, 'run');
    const end = told.findLast(({ line }) => copied.test(line));
    if (end === undefined)
      throw new RangeError(`nothing was copied: ${told.map(({ line }) => line).join('\n')}`);
    return end.atSeconds;
  }

  /** What `godwit rollback` took and printed; it may leave records and then ends with another code. */
  async rollback(): Promise<{ readonly seconds: number; readonly told: string }> {
    const { told, seconds } = await this.#move.verbWhatever('rollback', '--show-values');
    return { seconds, told: told.map(({ line }) => line).join('\n') };
  }

  /** Numbers and sum of the digests of what is in the table. */
  async content(): Promise<string> {
    const [row] = await sql(
      this.target,
      `SELECT count(*) || ' ' || coalesce(sum(hashtextextended(p::text, 0)::numeric), 0) FROM crm.person AS p`,
    );
    return String(row?.[0]);
  }

  /** Somebody else's: 60 records changed, 40 that others' records now need. Their keys, in order. */
  async changeHundred(): Promise<readonly string[]> {
    const step = Math.max(1, Math.floor(this.#records / 100));
    const keys = Array.from({ length: 100 }, (_, at) => String((at * step + 1) * 2 - 1));
    await sql(
      this.target,
      `UPDATE crm.person SET note = 'changed by somebody' WHERE id IN (${keys.slice(0, 60).join(', ')})`,
      `INSERT INTO crm.letter SELECT id, id, 'to whom it may concern' FROM crm.person WHERE id IN (${keys.slice(60).join(', ')})`,
    );
    return keys;
  }

  /** Keys of the records of the load that are in the table. */
  async loadedKeys(): Promise<readonly string[]> {
    const rows = await sql(
      this.target,
      'SELECT p.id::text FROM crm.person AS p WHERE p.id % 2 = 1 ORDER BY p.id',
    );
    return rows.map(([id]) => String(id));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#move[Symbol.dispose]();
    const { server, database } = this.target;
    await sql({ server, database: 'postgres' }, `DROP DATABASE ${database} WITH (FORCE)`);
  }
}
