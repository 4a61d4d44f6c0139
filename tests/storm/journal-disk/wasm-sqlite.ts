/// <reference types="wa-sqlite" />
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import makeModule from 'wa-sqlite/dist/wa-sqlite.mjs';
import type { SqliteStatement, SqliteStore, SqliteValue } from '../../../src/host/index.ts';
import type { SimulatedDisk } from './simulated-disk.ts';

/** The functions of SQLite's C interface as the WebAssembly module has them; texts and blobs are addresses in its memory. */
interface SqliteModule {
  readonly HEAPU8: Uint8Array;
  registerVFS(vfs: SimulatedDisk, isDefault: boolean): void;
  getValue(address: number, type: '*'): number;
  stringToUTF8(text: string, address: number, bytesMax: number): void;
  lengthBytesUTF8(text: string): number;
  UTF8ToString(address: number): string;
  ccall(name: string, result: 'number', types: readonly string[], values: readonly unknown[]): number;
  _malloc(bytes: number): number;
  _free(address: number): void;
  _sqlite3_prepare_v2(db: number, sql: number, bytes: number, statement: number, tail: number): number;
  _sqlite3_step(statement: number): number;
  _sqlite3_reset(statement: number): number;
  _sqlite3_finalize(statement: number): number;
  _sqlite3_close(db: number): number;
  _sqlite3_changes(db: number): number;
  _sqlite3_get_autocommit(db: number): number;
  _sqlite3_errmsg(db: number): number;
  _sqlite3_column_count(statement: number): number;
  _sqlite3_column_type(statement: number, at: number): number;
  _sqlite3_column_double(statement: number, at: number): number;
  _sqlite3_column_blob(statement: number, at: number): number;
  _sqlite3_column_text(statement: number, at: number): number;
  _sqlite3_column_bytes(statement: number, at: number): number;
  _sqlite3_bind_null(statement: number, at: number): number;
  _sqlite3_bind_double(statement: number, at: number, value: number): number;
  _sqlite3_bind_int(statement: number, at: number, value: number): number;
  _sqlite3_bind_text(statement: number, at: number, text: number, bytes: number, free: number): number;
  _sqlite3_bind_blob(statement: number, at: number, bytes: number, length: number, free: number): number;
}

const [row, done] = [100, 101];
const [integer, float, text, blob] = [1, 2, 3, 4];
/** `SQLITE_TRANSIENT`: SQLite keeps a copy of its own. */
const copied = -1;

/** SQLite as WebAssembly; one serves any number of disks. */
export async function loadSqlite(): Promise<SqliteModule> {
  const path = fileURLToPath(import.meta.resolve('wa-sqlite/dist/wa-sqlite.wasm'));
  return (await makeModule({ wasmBinary: readFileSync(path) })) as SqliteModule;
}

/** What SQLite says, in the words of `node:sqlite`. */
class WasmSqliteError extends Error {
  readonly errcode: number;

  constructor(message: string, errcode: number) {
    super(message);
    this.errcode = errcode;
  }
}

/** A file on a simulated disk, as godwit's stores use one. */
export class WasmSqlite implements SqliteStore {
  readonly #module: SqliteModule;
  readonly #db: number;
  readonly #statements = new Map<string, number>();

  constructor(module: SqliteModule, disk: SimulatedDisk, path: string) {
    this.#module = module;
    const out = module._malloc(4);
    const [create, readWrite] = [4, 2];
    const code = module.ccall(
      'sqlite3_open_v2',
      'number',
      ['string', 'number', 'number', 'string'],
      [path, out, create | readWrite, disk.name],
    );
    this.#db = module.getValue(out, '*');
    module._free(out);
    this.#check(code);
    // Memory that processes share is for the index of the log: one process needs none.
    this.run('PRAGMA locking_mode = EXCLUSIVE');
  }

  get inTransaction(): boolean {
    return this.#module._sqlite3_get_autocommit(this.#db) === 0;
  }

  run(sql: string): void {
    const bytes = this.#module.lengthBytesUTF8(sql) + 1;
    const start = this.#module._malloc(bytes);
    this.#module.stringToUTF8(sql, start, bytes);
    try {
      for (let at = start; at < start + bytes - 1; ) {
        const { statement, tail } = this.#prepare(at);
        at = tail;
        if (statement === 0) continue;
        let code = row;
        while (code === row) code = this.#module._sqlite3_step(statement);
        this.#module._sqlite3_finalize(statement);
        if (code !== done) this.#check(code);
      }
    } finally {
      this.#module._free(start);
    }
  }

  transaction<Result>(work: () => Result): Result {
    this.run('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.run('COMMIT');
      return result;
    } catch (error) {
      if (this.inTransaction) this.run('ROLLBACK');
      throw error;
    }
  }

  statement(sql: string): SqliteStatement {
    const all = (...values: SqliteValue[]): SqliteValue[][] => this.#all(sql, values);
    const run = (...values: SqliteValue[]): number => {
      this.#all(sql, values);
      return this.#module._sqlite3_changes(this.#db);
    };
    return {
      all,
      run,
      first: (...values) => all(...values)[0],
      iterate: (...values) => all(...values)[Symbol.iterator]() as IterableIterator<SqliteValue[]>,
      insert: (...values) => ({ changes: run(...values), rowId: 0n }),
      columns: () => [],
    };
  }

  [Symbol.dispose](): void {
    for (const statement of this.#statements.values()) this.#module._sqlite3_finalize(statement);
    this.#statements.clear();
    this.#module._sqlite3_close(this.#db);
  }

  #all(sql: string, values: readonly SqliteValue[]): SqliteValue[][] {
    const statement = this.#prepared(sql);
    for (const [at, value] of values.entries()) this.#bind(statement, at + 1, value);
    const rows: SqliteValue[][] = [];
    let code = this.#module._sqlite3_step(statement);
    for (; code === row; code = this.#module._sqlite3_step(statement)) rows.push(this.#row(statement));
    this.#module._sqlite3_reset(statement);
    if (code !== done) this.#check(code);
    return rows;
  }

  #prepared(sql: string): number {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const bytes = this.#module.lengthBytesUTF8(sql) + 1;
    const start = this.#module._malloc(bytes);
    this.#module.stringToUTF8(sql, start, bytes);
    try {
      const { statement } = this.#prepare(start);
      this.#statements.set(sql, statement);
      return statement;
    } finally {
      this.#module._free(start);
    }
  }

  #prepare(sql: number): { readonly statement: number; readonly tail: number } {
    const out = this.#module._malloc(8);
    try {
      this.#check(this.#module._sqlite3_prepare_v2(this.#db, sql, -1, out, out + 4));
      return { statement: this.#module.getValue(out, '*'), tail: this.#module.getValue(out + 4, '*') };
    } finally {
      this.#module._free(out);
    }
  }

  #bind(statement: number, at: number, value: SqliteValue): void {
    const module = this.#module;
    if (value === null) module._sqlite3_bind_null(statement, at);
    else if (typeof value === 'number' || typeof value === 'bigint') {
      const number = Number(value);
      if (Number.isInteger(number) && Math.abs(number) < 2 ** 31)
        module._sqlite3_bind_int(statement, at, number);
      else module._sqlite3_bind_double(statement, at, number);
    } else if (typeof value === 'string') this.#bindText(statement, at, value);
    else {
      const start = module._malloc(value.byteLength + 1);
      module.HEAPU8.set(value, start);
      module._sqlite3_bind_blob(statement, at, start, value.byteLength, copied);
      module._free(start);
    }
  }

  #bindText(statement: number, at: number, value: string): void {
    const module = this.#module;
    const bytes = module.lengthBytesUTF8(value);
    const start = module._malloc(bytes + 1);
    module.stringToUTF8(value, start, bytes + 1);
    module._sqlite3_bind_text(statement, at, start, bytes, copied);
    module._free(start);
  }

  #row(statement: number): SqliteValue[] {
    const count = this.#module._sqlite3_column_count(statement);
    return Array.from({ length: count }, (_nothing, at) => this.#value(statement, at));
  }

  #value(statement: number, at: number): SqliteValue {
    const module = this.#module;
    switch (module._sqlite3_column_type(statement, at)) {
      case integer:
        return BigInt(module._sqlite3_column_double(statement, at));
      case float:
        return module._sqlite3_column_double(statement, at);
      case text:
        return module.UTF8ToString(module._sqlite3_column_text(statement, at));
      case blob: {
        const start = module._sqlite3_column_blob(statement, at);
        return module.HEAPU8.slice(start, start + module._sqlite3_column_bytes(statement, at));
      }
      default:
        return null;
    }
  }

  #check(code: number): void {
    if (code === 0) return;
    throw new WasmSqliteError(this.#module.UTF8ToString(this.#module._sqlite3_errmsg(this.#db)), code);
  }
}
