import { SqliteFile, type SqliteStatement } from '../host/index.ts';
import { stateForeign } from './faults.ts';

const format = 1;

/**
 * The state of a practice system: one SQLite file, or memory (`:memory:`). What a call did is there whole or not at all,
 * also when the process ends in its midst. Opening takes any time; everything else is synchronous.
 *
 * Throws `practice.state-foreign` for a file of something else, of another vendor or of a newer format.
 */
export class PracticeState implements Disposable {
  readonly #file: SqliteFile;
  readonly #statements = new Map<string, SqliteStatement>();
  #depth = 0;

  constructor(path: string, vendor: string) {
    this.#file = openFile(path);
    try {
      this.#claim(path, vendor);
    } catch (error) {
      this.#file[Symbol.dispose]();
      throw error;
    }
  }

  run(sql: string): void {
    this.#file.run(sql);
  }

  /** Prepared once; the same text gives the same statement. */
  statement(sql: string): SqliteStatement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const made = this.#file.statement(sql);
    // Statements of SOQL differ from call to call; those of the house are few and soon prepared again.
    if (this.#statements.size > 500) this.#statements.clear();
    this.#statements.set(sql, made);
    return made;
  }

  /** After the tables have changed: what was prepared may read other columns now. */
  forgetStatements(): void {
    this.#statements.clear();
  }

  /** All of the work or nothing of it; inside another transaction only this part is taken back. */
  transaction<Result>(work: () => Result): Result {
    if (this.#depth === 0) return this.#file.transaction(() => this.#within(work));
    const name = `part_${this.#depth}`;
    this.statement(`SAVEPOINT ${name}`).run();
    try {
      const result = this.#within(work);
      this.statement(`RELEASE ${name}`).run();
      return result;
    } catch (error) {
      this.#file.run(`ROLLBACK TO ${name}; RELEASE ${name}`);
      throw error;
    }
  }

  about(key: string): string | null {
    const row = this.statement('SELECT value FROM practice_about WHERE key = ?').first(key);
    return row === undefined ? null : String(row[0]);
  }

  setAbout(key: string, value: string): void {
    this.statement(
      'INSERT INTO practice_about VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    ).run(key, value);
  }

  [Symbol.dispose](): void {
    this.#statements.clear();
    this.#file[Symbol.dispose]();
  }

  #within<Result>(work: () => Result): Result {
    this.#depth += 1;
    try {
      return work();
    } finally {
      this.#depth -= 1;
    }
  }

  #claim(path: string, vendor: string): void {
    const tables = this.statement("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    const own = tables.some(([name]) => name === 'practice_about');
    if (!own && tables.length > 0) throw stateForeign(path, 'it holds tables of something else');
    this.run('CREATE TABLE IF NOT EXISTS practice_about (key TEXT PRIMARY KEY, value TEXT NOT NULL)');
    const [kept, keptFormat] = [this.about('vendor'), this.about('format')];
    if (kept !== null && kept !== vendor) throw stateForeign(path, `it is the state of ${kept}`);
    if (keptFormat !== null && Number(keptFormat) > format)
      throw stateForeign(path, `its format is ${keptFormat}, this godwit reads ${format}`);
    this.setAbout('vendor', vendor);
    this.setAbout('format', String(format));
  }
}

function openFile(path: string): SqliteFile {
  try {
    const file = new SqliteFile(path);
    // A killed process loses nothing; a power cut may lose the last calls, which practice can bear.
    file.run('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
    return file;
  } catch (cause) {
    throw stateForeign(path, cause instanceof Error ? cause.message : String(cause));
  }
}
