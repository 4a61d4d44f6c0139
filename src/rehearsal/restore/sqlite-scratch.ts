import { rmSync, statSync } from 'node:fs';
import { SqliteFile } from '../../host/index.ts';
import { backupUnusable } from './faults.ts';
import type { Scratch } from './scratch.ts';

/** A file of SQLite. */
export class SqliteScratch implements Scratch {
  readonly title: string;
  readonly secrets: Readonly<Record<string, string>> = {};
  readonly places: Readonly<Record<string, string>>;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    this.title = `file ${path}`;
    this.places = { path };
  }

  async versions(): Promise<{ readonly client: string; readonly server: string }> {
    using file = new SqliteFile(':memory:');
    const version = `SQLite ${String(file.statement('SELECT sqlite_version()').first()?.[0])}`;
    return { client: version, server: version };
  }

  /** Whatever is in a file that is there: it is none of the drill's. */
  async objects(): Promise<number | null> {
    const found = statSync(this.#path, { throwIfNoEntry: false });
    return found === undefined ? null : Math.min(1, found.size);
  }

  /** A file comes with the backup itself. */
  async create(): Promise<void> {
    rmSync(this.#path, { force: true });
  }

  async ask(sql: string): Promise<string> {
    using file = new SqliteFile(this.#path, { readOnly: true });
    const rows = file.statement(sql).all();
    return rows.map((row) => row.map((value) => (value === null ? '' : String(value))).join('|')).join('\n');
  }

  async largest(relation: string, field: string): Promise<string> {
    const [table, column] = [relation, field].map((name) => `"${name.replaceAll('"', '""')}"`);
    return await this.ask(`SELECT max(${column}) FROM ${table}`);
  }

  async drop(): Promise<void> {
    for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(`${this.#path}${ending}`, { force: true });
  }

  /** SQLite's own check of every page and of every reference. Throws `drill.backup-unusable`. */
  proveWhole(): void {
    let found: string;
    try {
      using file = new SqliteFile(this.#path, { readOnly: true });
      found = String(file.statement('PRAGMA integrity_check(1)').first()?.[0]);
    } catch (error) {
      found = error instanceof Error ? error.message : String(error);
    }
    if (found !== 'ok') throw backupUnusable(this.#path, `SQLite says of it: ${found.split('\n')[0]}`);
  }
}
