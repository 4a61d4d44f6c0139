import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SqliteFile } from '../src/host/index.ts';

/** What one verb took, measured over the whole of its process. */
export interface MeasuredVerb {
  readonly peakMiB: number;
  readonly processorSeconds: number;
  readonly seconds: number;
}

/**
 * A move of one large relation, ten fields of mixed types, from one SQLite file to another, in a folder of its own. Every verb
 * runs as a user runs it: the command line in a process of its own.
 */
export class LargeMove implements Disposable {
  readonly records: number;
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'godwit-bench-'));

  constructor(records: number) {
    this.records = records;
    this.#makeSystems();
  }

  /** Everything up to the signed runbook. */
  async prepare(): Promise<void> {
    await this.verb('init', '--source', 'sqlite:old.sqlite', '--target', 'sqlite:new.sqlite');
    writeFileSync(join(this.#folder, 'mapping/contacts.yaml'), mapping);
    await this.verb('inspect');
    await this.#addPeople();
    await this.verb('approve', 'mapping', '--key', 'ada.key');
    await this.verb('plan');
    await this.verb('approve', 'runbook', '--key', 'ben.key');
  }

  async verb(...words: readonly string[]): Promise<MeasuredVerb> {
    const [report, cli] = [bench('report-peak.ts'), bench('../src/cli/main.ts')];
    const peakFile = join(this.#folder, 'peak.jsonl');
    const began = performance.now();
    const child = spawn(process.execPath, ['--import', report, cli, ...words], {
      cwd: this.#folder,
      env: { ...process.env, ...passphrases, BENCH_PEAK_FILE: peakFile },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const told: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => told.push(String(text)));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0)
      throw new Error(`godwit ${words.join(' ')} ended with ${code}: ${told.join('').slice(-2_000)}`);
    const last = readFileSync(peakFile, 'utf8').trim().split('\n').at(-1) ?? '';
    const { peakMiB, seconds } = JSON.parse(last) as { peakMiB: number; seconds: number };
    return { peakMiB, processorSeconds: seconds, seconds: (performance.now() - began) / 1000 };
  }

  /** Asked in plain SQL. */
  rowsInTarget(): number {
    using file = new SqliteFile(join(this.#folder, 'new.sqlite'), { readOnly: true });
    return Number(file.statement('SELECT count(*) FROM people').first()?.[0]);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #addPeople(): Promise<void> {
    const people: string[] = [];
    for (const [name, roles] of [
      ['Ada', 'author, operator'],
      ['Ben', 'approver, owner'],
    ] as const) {
      const path = `${name.toLowerCase()}.key`;
      await this.verb('keys', 'new', '--name', name, '--out', path);
      const key = readFileSync(join(this.#folder, `${path}.pub`), 'utf8').trim();
      people.push(`  - { name: ${name}, roles: [${roles}], keys: ["${key}"] }\n`);
    }
    const settings = join(this.#folder, 'godwit.yaml');
    const text = readFileSync(settings, 'utf8');
    writeFileSync(settings, text.replace(/^people: \[\]\n(?:#.*\n)*/m, `people:\n${people.join('')}`));
  }

  #makeSystems(): void {
    using source = new SqliteFile(join(this.#folder, 'old.sqlite'));
    source.run(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; ${sourceTable}`);
    source.run(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${this.records})
      INSERT INTO contacts SELECT i, 'C' || i || '@Example.org', '  Zoë ' || (i * 7919 % 5003), 'Göteborg ' || (i * 31 % 997),
        CASE i % 5 WHEN 0 THEN 'active' WHEN 1 THEN 'Active' ELSE 'closed' END, i % 90,
        (i * 37 % 1000000) || '.' || printf('%02d', i % 100), printf('%04d-%02d-%02d', 1940 + i % 70, 1 + i % 12, 1 + i % 28),
        CASE WHEN i % 4 = 0 THEN NULL ELSE 'Called on day ' || i || ', wants an offer for ' || (i % 1000) || ' pieces' END,
        i % 2 FROM n`);
    using target = new SqliteFile(join(this.#folder, 'new.sqlite'));
    target.run(targetTable);
  }
}

const bench = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const passphrases = { GODWIT_PASSPHRASE: 'bench passphrase', GODWIT_KEY_PASSPHRASE: 'bench key passphrase' };

const sourceTable = `CREATE TABLE contacts (id INTEGER PRIMARY KEY, email TEXT, name TEXT, city TEXT, status TEXT,
  visits INTEGER, balance DECIMAL(12,2), born DATE, note TEXT, active BOOLEAN)`;

const targetTable = `CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT NOT NULL, full_name TEXT NOT NULL, city TEXT,
  status TEXT NOT NULL, visits INTEGER, balance DECIMAL(12,2), born DATE, note TEXT, active BOOLEAN)`;

const mapping = `source: contacts
target: people
key: id
owner: Ada
fields:
  id: id
  email: lower(email)
  full_name: btrim(name)
  city: city
  status:
    from: lower(status)
    values: { active: current, closed: former }
  visits: visits
  balance: balance
  born: born
  note: note
  active: active
`;
