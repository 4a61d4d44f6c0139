import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { openSqliteJournal } from '../../../src/engine/index.ts';
import { SqliteFile, sealFromKey, systemClock } from '../../../src/host/index.ts';
import type { PostgresAccess } from '../../servers/index.ts';
import type { ChildOrder } from './kill-nine-child.ts';
import {
  expectedContacts,
  foundContacts,
  run,
  sourceStatements,
  targetStatements,
} from './kill-nine-world.ts';

/**
 * Moves records from SQLite to PostgreSQL while the process that moves them is killed again and again with SIGKILL, spread
 * over the whole way; at the end every record is compared by plain SQL. The target is also looked at after every kill.
 */
export interface KillNineOptions {
  readonly server: PostgresAccess;
  readonly records: number;
  readonly kills: number;
  readonly rowsPerSlice: number;
  /** Where in the slice under way the kill falls: from 0 to 1 for each kill. */
  readonly random: () => number;
  readonly say: (line: string) => void;
}

export interface KillNineResult {
  readonly records: number;
  readonly slices: number;
  readonly kills: number;
  /** Kills after the first slice of the contacts was in the target and before the last one was. */
  readonly killsBetweenFirstAndLast: number;
  /** Slices of the contacts in the target at each kill. */
  readonly slicesAtKill: readonly number[];
  /** Kills after which the target held something else than whole slices. */
  readonly killsWithPartOfASlice: number;
  readonly recordsExpected: number;
  readonly recordsFound: number;
  readonly recordsDifferent: number;
  readonly recordsTwice: number;
  readonly accountsTwice: number;
  readonly quarantineExpected: number;
  readonly quarantineFound: number;
}

export async function killNine(options: KillNineOptions): Promise<KillNineResult> {
  const folder = await mkdtemp(join(tmpdir(), 'godwit-kill-nine-'));
  const database = await options.server.createDatabase();
  const { host, port, user, password } = options.server;
  const order: ChildOrder = {
    folder,
    rowsPerSlice: options.rowsPerSlice,
    postgres: { host, port, user, password },
    database,
  };
  const client = new Client({ host, port, user, password, database, types: { getTypeParser: () => String } });
  await client.connect();
  try {
    await client.query(targetStatements);
    using source = new SqliteFile(join(folder, 'source.sqlite'));
    source.run(sourceStatements(options.records));
    const killed = await killAgainAndAgain(options, order, client, source);
    return { ...killed, ...(await compare(client, source, folder)) };
  } finally {
    await client.end();
    await rm(folder, { recursive: true });
  }
}

type Killed = Pick<
  KillNineResult,
  'records' | 'slices' | 'kills' | 'killsBetweenFirstAndLast' | 'slicesAtKill' | 'killsWithPartOfASlice'
>;

async function killAgainAndAgain(
  options: KillNineOptions,
  order: ChildOrder,
  client: Client,
  source: SqliteFile,
): Promise<Killed> {
  const slices = Math.ceil(options.records / options.rowsPerSlice);
  const slicesAtKill: number[] = [];
  let killsWithPartOfASlice = 0;
  for (let kill = 0; kill < options.kills; kill += 1) {
    // Spread over the whole way: the first before anything, the last inside the last slice.
    if (
      (await oneLife(order, Math.floor((kill * (slices - 1)) / options.kills), options.random)) === 'finished'
    )
      throw new Error(`the run was through before kill ${kill + 1}: take smaller slices`);
    const held = await heldWhole(client, source, options.rowsPerSlice);
    slicesAtKill.push(held.slices);
    if (!held.whole) killsWithPartOfASlice += 1;
    options.say(
      `kill ${kill + 1}: ${held.slices} of ${slices} slices${held.whole ? '' : ', and a part of one'}`,
    );
  }
  await oneLife(order, null, options.random);
  return {
    records: options.records,
    slices,
    kills: options.kills,
    killsBetweenFirstAndLast: slicesAtKill.filter((held) => held > 0 && held < slices).length,
    slicesAtKill,
    killsWithPartOfASlice,
  };
}

/** Starts the run and kills it soon after the target holds so many slices of contacts; null lets it live. */
async function oneLife(
  order: ChildOrder,
  slicesBefore: number | null,
  random: () => number,
): Promise<'killed' | 'finished'> {
  const script = fileURLToPath(new URL('./kill-nine-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', script, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  let complaint = '';
  child.stderr.on('data', (text) => (complaint += String(text)));
  for await (const line of createInterface({ input: child.stdout })) {
    const { object, slicesApplied } = JSON.parse(line) as { object: string; slicesApplied: number };
    if (slicesBefore === null || object !== 'contact' || slicesApplied < slicesBefore) continue;
    // A slice takes some tens of milliseconds; a random part of that hits every place inside it.
    await delay(random() * 100);
    child.kill('SIGKILL');
    break;
  }
  child.stdout.resume();
  const [code, signal] = await exited;
  if (slicesBefore === null ? code !== 0 : signal !== 'SIGKILL' && code !== 0)
    throw new Error(`the run ended with ${code ?? signal}: ${complaint}`);
  return signal === 'SIGKILL' ? 'killed' : 'finished';
}

/** By plain SQL: are all records up to the last one there, as whole slices would have it? */
async function heldWhole(
  client: Client,
  source: SqliteFile,
  rowsPerSlice: number,
): Promise<{ slices: number; whole: boolean }> {
  const { rows } = await client.query<{ count: string; last: string | null }>(
    "SELECT count(*)::text AS count, max(id)::text AS last FROM contacts WHERE name <> 'theirs'",
  );
  const last = rows[0]?.last ?? null;
  if (last === null) return { slices: 0, whole: true };
  const slices = Math.ceil(Number(last) / 3 / rowsPerSlice);
  const upTo = BigInt(slices * rowsPerSlice * 3);
  const expected = source.statement(`SELECT count(*) FROM (${expectedContacts} AND c.id <= ?)`).first(upTo);
  return { slices, whole: String(expected?.[0]) === rows[0]?.count };
}

type Compared = Omit<KillNineResult, keyof Killed>;

async function compare(client: Client, source: SqliteFile, folder: string): Promise<Compared> {
  const { rows: found } = await client.query<(string | null)[]>({ text: foundContacts, rowMode: 'array' });
  const expected = source
    .statement(`${expectedContacts} ORDER BY c.id`)
    .all()
    .map((row) => row.map((value) => (value === null ? null : String(value))));
  const seen = new Set(found.map(([id]) => id));
  const byId = new Map(found.map((row) => [row[0], JSON.stringify(row)]));
  const quarantineExpected = source
    .statement("SELECT count(*) FROM contacts WHERE age = 'forty' OR email = 'taken@example.org'")
    .first();
  return {
    recordsExpected: expected.length,
    recordsFound: found.length,
    recordsDifferent: expected.filter((row) => byId.get(row[0] ?? null) !== JSON.stringify(row)).length,
    recordsTwice: found.length - seen.size,
    accountsTwice: Number(
      (await client.query('SELECT count(*) - count(DISTINCT title) AS twice FROM accounts')).rows[0].twice,
    ),
    quarantineExpected: Number(quarantineExpected?.[0]),
    quarantineFound: await openEntries(folder),
  };
}

async function openEntries(folder: string): Promise<number> {
  const seal = sealFromKey(new Uint8Array(32).fill(3));
  await using journal = openSqliteJournal({ path: join(folder, 'journal.sqlite'), seal, clock: systemClock });
  let count = 0;
  for await (const _entry of journal.entries({ run, state: 'open' })) count += 1;
  return count;
}

/** How the kills spread over the way, as people look at it. */
export function histogram({
  slicesAtKill,
  slices,
}: Pick<KillNineResult, 'slicesAtKill' | 'slices'>): string[] {
  const buckets = 10;
  const counts = Array.from({ length: buckets }, () => 0);
  for (const held of slicesAtKill) {
    const bucket = Math.min(buckets - 1, Math.floor((held * buckets) / slices));
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return counts.map(
    (count, bucket) =>
      `${String(bucket * 10).padStart(3)}-${bucket * 10 + 10} % ${'#'.repeat(count)} ${count}`,
  );
}
