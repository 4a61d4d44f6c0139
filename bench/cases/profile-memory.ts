import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { boundMemory } from '../../src/cli/bound-memory.ts';
import { sqlite } from '../../src/connectors/index.ts';
import { SqliteFile, silentLog, systemClock, systemRandom } from '../../src/host/index.ts';
import { profileSystem } from '../../src/profile/index.ts';
import type { BenchOptions, Figure } from '../figure.ts';

/**
 * Profiles 5,000,000 records of ten fields (ids, names, addresses, dates in text, amounts, codes, notes) out of an SQLite
 * file, in a process of its own whose memory is bounded like the command line's: what is measured is the peak of that whole
 * process, the runtime included.
 */
export async function* bench(options: BenchOptions): AsyncGenerator<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-bench-'));
  try {
    const path = join(folder, 'source.db');
    const rows = Math.round(5_000_000 * options.scale);
    fill(path, rows);
    const measured = await profileInChild(path);
    const figure = { bench: 'profile', case: `${rows} records x 10 fields from SQLite` };
    yield { ...figure, figure: 'peak memory of the process', value: measured.peakMiB, unit: 'MiB' };
    yield {
      ...figure,
      figure: 'records a second',
      value: Math.round(rows / measured.seconds),
      unit: 'records/s',
    };
    yield { ...figure, figure: 'processor time', value: round(measured.processorSeconds), unit: 's' };
    yield { ...figure, figure: 'e-mail addresses found twice', value: measured.doubled, unit: 'records' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}

interface Measured {
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly peakMiB: number;
  readonly doubled: number;
}

async function profileInChild(path: string): Promise<Measured> {
  const child = fork(fileURLToPath(import.meta.url), ['measure', path]);
  return await new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as Measured));
    child.once('exit', (code) => reject(new RangeError(`the measured process ended with ${code}`)));
  });
}

function fill(path: string, rows: number): void {
  using file = new SqliteFile(path);
  file.run(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
    CREATE TABLE contacts (
      id INTEGER PRIMARY KEY, email TEXT, full_name TEXT, city TEXT, status TEXT, born TEXT, created_at TEXT,
      amount REAL, company_id INTEGER, note TEXT)`);
  // Made by the engine itself from the record's number, the same on every machine.
  file.run(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
    INSERT INTO contacts SELECT i,
      CASE WHEN i % 50000 = 0 THEN 'user' || (i - 1) ELSE 'user' || i END || '@example.org',
      'First' || (i * 7919 % 5003) || ' Last' || (i * 104729 % 90007),
      'City ' || (i * 31 % 997), CASE i % 5 WHEN 0 THEN 'active' WHEN 1 THEN 'Active' ELSE 'closed' END,
      CASE WHEN i % 3 = 0 THEN printf('%02d/%02d/%04d', 1 + i % 28, 1 + i % 12, 1940 + i % 70)
        ELSE printf('%04d-%02d-%02d', 1940 + i % 70, 1 + i % 12, 1 + i % 28) END,
      printf('2020-%02d-%02d %02d:%02d:%02d', 1 + i % 12, 1 + i % 28, i % 24, i % 60, i * 7 % 60),
      (i * 37 % 1000000) / 100.0, i * 13 % 200000,
      CASE WHEN i % 4 = 0 THEN NULL ELSE 'Called on day ' || i || ', will call again; wants an offer for ' || (i % 1000) || ' pieces' END
    FROM n`);
}

async function measure(path: string): Promise<Measured> {
  boundMemory();
  const context = {
    name: 'bench',
    role: 'source',
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  } as const;
  await using system = await sqlite.open(
    { path },
    { ...context, seal: null, signal: new AbortController().signal },
  );
  await using snapshot = await system.reads.snapshot();
  const started = systemClock.elapsedMs();
  const profile = await profileSystem(snapshot, await system.inspects.inspect(), { mask: (text) => text });
  const seconds = (systemClock.elapsedMs() - started) / 1000;
  const { user, system: kernel } = process.cpuUsage();
  const processorSeconds = (user + kernel) / 1_000_000;
  const [relation] = profile.relations;
  const doubled = Number(relation?.duplicates.find(({ fields }) => fields[0] === 'email')?.records ?? 0);
  return { seconds, processorSeconds, peakMiB: Math.round(process.resourceUsage().maxRSS / 1024), doubled };
}

if (process.argv[2] === 'measure') process.send?.(await measure(process.argv[3] ?? ''));
