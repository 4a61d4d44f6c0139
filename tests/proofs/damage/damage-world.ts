import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import type { SeededChoice } from '../../../demo/seeded-choice.ts';
import type { PostgresAccess } from '../../servers/index.ts';
import { type AgreedProject, agreeOn } from './agreed-project.ts';
import type { Damage } from './draw-damage.ts';
import { type Engine, ShapedTable, shapes } from './shaped-table.ts';

/** Tables of every shape, moved by `godwit run`, and a way to damage and mend the target in plain SQL. */
export interface DamageWorld extends AsyncDisposable {
  readonly project: AgreedProject;
  readonly tables: readonly ShapedTable[];
  plant(damages: readonly Damage[]): Promise<void>;
  /** Puts back exactly the records that were touched, from a copy made before the first damage. */
  mend(damages: readonly Damage[]): Promise<void>;
}

export interface WorldSize {
  readonly tablesPerShape: number;
  readonly records: number;
}

export async function makeDamageWorld(
  folder: string,
  size: WorldSize,
  choice: SeededChoice,
  server: PostgresAccess | null,
): Promise<DamageWorld> {
  const engine: Engine = server === null ? 'sqlite' : 'postgres';
  const tables = shapes.flatMap((shape) =>
    Array.from(
      { length: size.tablesPerShape },
      (_, place) => new ShapedTable(shape, place, engine, size.records, choice),
    ),
  );
  fillSource(join(folder, 'source.sqlite'), tables);
  const target =
    server === null ? new TargetFile(join(folder, 'target.sqlite')) : await TargetDatabase.make(server);
  await target.run(tables.map((table) => table.targetStatement()));
  const project = await agreeOn({
    folder,
    source: 'sqlite:source.sqlite',
    target: target.locator,
    targetPassword: server?.password ?? null,
    mapping: Object.fromEntries(tables.map((table) => [`${table.name}.yaml`, table.mappingFile()])),
  });
  await project.run();
  await target.keep(tables);
  for (const table of tables) if (table.shape === 'given') table.learnKeys(await target.givenIds(table));
  return {
    project,
    tables,
    plant: async (damages) => target.run(damages.map(({ plant }) => plant)),
    mend: async (damages) =>
      target.run(
        damages.flatMap(({ table: { name }, touched }) => [
          `DELETE FROM ${name} WHERE ${touched}`,
          `INSERT INTO ${name} SELECT * FROM kept.${name} WHERE ${touched}`,
        ]),
      ),
    [Symbol.asyncDispose]: async () => target.close(),
  };
}

function fillSource(path: string, tables: readonly ShapedTable[]): void {
  using file = new DatabaseSync(path);
  file.exec('BEGIN');
  for (const table of tables) {
    file.exec(table.sourceStatement());
    const marks = table.sourceFields.map(() => '?').join(', ');
    const insert = file.prepare(`INSERT INTO ${table.name} VALUES (${marks})`);
    for (const row of table.sourceRows())
      insert.run(
        ...row.map((value, at) => {
          if (typeof value === 'boolean') return value ? 1 : 0;
          return table.sourceFields[at] === 'ratio' && value !== null ? Number(value) : value;
        }),
      );
  }
  file.exec('COMMIT');
}

/** The target past everything that is under test. */
interface PlainTarget {
  readonly locator: string;
  run(statements: readonly string[]): Promise<void>;
  /** A copy of every table, to mend from; it lies where godwit does not look. */
  keep(tables: readonly ShapedTable[]): Promise<void>;
  givenIds(table: ShapedTable): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

class TargetFile implements PlainTarget {
  readonly locator = 'sqlite:target.sqlite';
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Opened for each call, so that no connection of the proof stands in the audit's way. */
  async run(statements: readonly string[]): Promise<void> {
    using file = new DatabaseSync(this.#path);
    file.exec(
      `ATTACH '${this.#path.replaceAll("'", "''")}.kept' AS kept; BEGIN; ${statements.join(';\n')}; COMMIT`,
    );
  }

  async keep(): Promise<void> {
    copyFileSync(this.#path, `${this.#path}.kept`);
  }

  async givenIds({ name }: ShapedTable): Promise<ReadonlyMap<string, string>> {
    using file = new DatabaseSync(this.#path);
    const rows = file.prepare(`SELECT legacy_id, id FROM ${name}`).all();
    return new Map(rows.map(({ legacy_id: old, id }) => [String(old), String(id)]));
  }

  async close(): Promise<void> {}
}

class TargetDatabase implements PlainTarget {
  readonly locator: string;
  readonly #client: Client;

  private constructor(locator: string, client: Client) {
    this.locator = locator;
    this.#client = client;
  }

  static async make(server: PostgresAccess): Promise<TargetDatabase> {
    const database = await server.createDatabase();
    const { host, port, user, password } = server;
    const client = new Client({ host, port, user, password, database });
    await client.connect();
    return new TargetDatabase(`postgres://${user}@${host}:${port}/${database}?tls=off`, client);
  }

  async run(statements: readonly string[]): Promise<void> {
    await this.#client.query(`BEGIN; ${statements.join(';\n')}; COMMIT`);
  }

  async keep(tables: readonly ShapedTable[]): Promise<void> {
    const copies = tables.map(({ name }) => `CREATE TABLE kept.${name} AS SELECT * FROM ${name}`);
    await this.run(['CREATE SCHEMA kept', ...copies]);
  }

  async givenIds({ name }: ShapedTable): Promise<ReadonlyMap<string, string>> {
    const { rows } = await this.#client.query<{ legacy_id: string; id: string }>(
      `SELECT legacy_id, id FROM ${name}`,
    );
    return new Map(rows.map(({ legacy_id: old, id }) => [old, id]));
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}
