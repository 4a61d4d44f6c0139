import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteFile, type SqliteValue } from '../../src/host/index.ts';
import type { FileSystem } from './crm-move.ts';
import { type CrmDatabase, sql, uriOf } from './crm-servers.ts';
import { runCommand } from './run-command.ts';

/** The activities of the CRM as a CSV file, written by psql, and in an SQLite file. */
export class CrmFiles implements Disposable {
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'godwit-bench-'));
  readonly csvPath: string = join(this.#folder, 'csv', 'activities.csv');
  readonly sqlitePath: string = join(this.#folder, 'crm.sqlite');

  static async of(source: CrmDatabase): Promise<CrmFiles> {
    const files = new CrmFiles();
    mkdirSync(join(files.#folder, 'csv'));
    const query = '(SELECT * FROM crm.activities ORDER BY id)';
    await psql(source, `\\copy ${query} TO '${files.csvPath}' (FORMAT csv, HEADER)`);
    await files.#fillSqlite(source);
    return files;
  }

  /** As `godwit.yaml` names them. An unquoted nothing is what psql writes for null. */
  get csv(): FileSystem {
    const file = `      activities: { delimiter: ',', encoding: utf-8, header: true, 'null': '' }`;
    return { lines: `    kind: csv\n    folder: ${join(this.#folder, 'csv')}\n    files:\n${file}\n` };
  }

  get sqlite(): FileSystem {
    return { lines: `    kind: sqlite\n    path: ${this.sqlitePath}\n` };
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #fillSqlite(source: CrmDatabase): Promise<void> {
    using file = new SqliteFile(this.sqlitePath);
    file.run(`PRAGMA synchronous = off; CREATE TABLE activities (
      id INTEGER PRIMARY KEY, contact_id INTEGER NOT NULL, deal_id INTEGER, kind VARCHAR(20) NOT NULL, subject VARCHAR(200), body TEXT,
      duration_sec INTEGER, cost DECIMAL(10,4), meta TEXT, occurred_at TEXT NOT NULL, created_at TEXT NOT NULL)`);
    const insert = file.statement(
      `INSERT INTO activities VALUES (${Array.from({ length: 11 }, () => '?').join(', ')})`,
    );
    for (let after = 0n; ; ) {
      const rows = (await sql(source, `SET timezone = 'UTC'`, selectBehind(after))) as (string | null)[][];
      if (rows.length === 0) return;
      file.transaction(() => {
        for (const row of rows) insert.run(...row.map((value, at) => stored(value, at)));
      });
      after = BigInt(rows.at(-1)?.[0] ?? 0);
    }
  }
}

const wholeNumbers = new Set([0, 1, 2, 6]);

function stored(value: string | null, at: number): SqliteValue {
  return value !== null && wholeNumbers.has(at) ? BigInt(value) : value;
}

function selectBehind(after: bigint): string {
  return `SELECT id::text, contact_id::text, deal_id::text, kind, subject, body, duration_sec::text, cost::text, meta::text, occurred_at::text, created_at::text
    FROM crm.activities WHERE activities.id > ${after} ORDER BY activities.id LIMIT 20000`;
}

/** Runs a command of psql itself, as a person would. */
export async function psql(database: CrmDatabase, command: string): Promise<void> {
  await runCommand('psql', [uriOf(database), '-qXAt', '-v', 'ON_ERROR_STOP=1', '-c', command]);
}
