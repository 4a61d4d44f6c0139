import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteFile, type SqliteValue } from '../../host/index.ts';
import { floatText, type Row, type Value } from '../../model/index.ts';
import type { ContractSystem } from '../connector.contract.ts';
import type { SqliteAddress } from './address.ts';

/** A fresh file for tests, looked at with the driver alone, never with the shelf's own code. */
export class PlainSqlite implements ContractSystem<SqliteAddress> {
  readonly address: SqliteAddress;
  readonly folder: string;

  constructor(journalMode: 'wal' | 'delete' = 'delete') {
    this.folder = mkdtempSync(join(tmpdir(), 'godwit-sqlite-'));
    this.address = { path: join(this.folder, 'system.sqlite') };
    writeFileSync(this.address.path, '');
    this.run(`PRAGMA journal_mode = ${journalMode}`);
  }

  /** Runs statements on a connection of its own. */
  run(sql: string): void {
    using file = new SqliteFile(this.address.path);
    file.run('PRAGMA synchronous = OFF');
    file.run(sql);
  }

  all(sql: string, ...values: SqliteValue[]): SqliteValue[][] {
    using file = new SqliteFile(this.address.path);
    return file.statement(sql).all(...values);
  }

  async seed(relation: string, fields: readonly string[], rows: readonly Row[]): Promise<void> {
    const declared = this.#declared(relation);
    using file = new SqliteFile(this.address.path);
    const names = fields.map(name).join(', ');
    const insert = file.statement(
      `INSERT INTO ${name(relation)} (${names}) VALUES (${fields.map(() => '?').join(', ')})`,
    );
    file.transaction(() => {
      for (const row of rows)
        insert.run(...row.map((value, at) => stored(declared.get(fields[at] ?? '') ?? '', value)));
    });
  }

  async rows(relation: string, fields: readonly string[]): Promise<readonly Row[]> {
    const declared = this.#declared(relation);
    return this.all(`SELECT ${fields.map(name).join(', ')} FROM ${name(relation)}`).map((row) =>
      row.map((value, at) => shown(declared.get(fields[at] ?? '') ?? '', value)),
    );
  }

  async change(
    relation: string,
    where: readonly [string, Value],
    set: readonly [string, Value],
  ): Promise<void> {
    const declared = this.#declared(relation);
    using file = new SqliteFile(this.address.path);
    file
      .statement(`UPDATE ${name(relation)} SET ${name(set[0])} = ? WHERE ${name(where[0])} = ?`)
      .run(stored(declared.get(set[0]) ?? '', set[1]), stored(declared.get(where[0]) ?? '', where[1]));
  }

  async damage(relation: string): Promise<void> {
    this.run(`INSERT INTO ${name(relation)} (id, name, amount) VALUES (-5, 'damaged', 'twelve')`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #declared(relation: string): Map<string, string> {
    const rows = this.all('SELECT name, type FROM pragma_table_info(?)', relation);
    return new Map(rows.map(([field, type]) => [String(field), String(type)]));
  }
}

function name(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function stored(declared: string, value: Value): SqliteValue {
  if (value === null || value instanceof Uint8Array) return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (declared === 'INTEGER') return BigInt(String(value));
  return declared === 'REAL' ? Number(value) : String(value);
}

function shown(declared: string, value: SqliteValue): Value {
  if (declared === 'BOOLEAN' && value !== null) return value === 1n;
  if (typeof value === 'number') return floatText(value);
  return typeof value === 'bigint' ? String(value) : value;
}
