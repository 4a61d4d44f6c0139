import { appendFileSync, mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signingKeyFromSeed, systemClock, verifySignature } from '../../src/host/index.ts';
import {
  acceptCosignatures,
  addCosignature,
  type Ledger,
  type LineStore,
  lastCosigned,
  type NewEvent,
  StoredLedger,
  verifyLedger,
} from '../../src/ledger/index.ts';
import { type PostgresServer, sharedPostgres, skipWithoutPostgres, startPostgres } from '../servers/index.ts';
import {
  type LedgerPlace,
  origin,
  type PostgresPlace,
  placeInFiles,
  placeInPostgres,
} from './ledger-places.ts';

const runner = signingKeyFromSeed(new Uint8Array(32).fill(1));
const event = (what: string): NewEvent => ({ type: 'step-ended', actor: 'engine', body: { what } });
const bodies = (ledger: Ledger): readonly unknown[] => [...ledger.entries()].map(({ body }) => body);

async function write(ledger: Ledger, ...what: readonly string[]): Promise<void> {
  ledger.append(what.map(event));
  await ledger.flush();
}

async function verdictOn(place: LedgerPlace): Promise<ReturnType<typeof verifyLedger>> {
  const folder = await place.folderToVerify();
  return verifyLedger({ folder, origin, runnerKey: runner.publicKey, verify: verifySignature });
}

const places: readonly (readonly [string, boolean, () => Promise<LedgerPlace>])[] = [
  ['files', false, placeInFiles],
  ['PostgreSQL 15', skipWithoutPostgres(15), async () => await placeInPostgres(await sharedPostgres(15))],
  ['PostgreSQL 18', skipWithoutPostgres(18), async () => await placeInPostgres(await sharedPostgres(18))],
];

describe.each(places)('a ledger in %s', (_name, isMissing, make) => {
  describe.skipIf(isMissing)('as everywhere', () => {
    test('what is flushed is there, in order and linked; what is not, is not', async () => {
      await using place = await make();
      const ledger = await place.open();
      await write(ledger, 'Zoë', 'line\nfeed');
      ledger.append([event('not flushed')]);
      expect(await place.lines()).toHaveLength(2);
      expect(bodies(ledger)).toEqual([{ what: 'Zoë' }, { what: 'line\nfeed' }]);
      await ledger.checkpoint(runner);
      expect(await verdictOn(place)).toMatchObject({ intact: true, entries: 3, checkpoints: [{ size: 3 }] });
    });

    test('two writers at once: every event once, in one chain', async () => {
      await using place = await make();
      const writers = [await place.open(), await place.open()];
      await Promise.all(
        writers.map(async (ledger, who) => {
          for (let at = 0; at < 20; at += 1) await write(ledger, `${who}-${at}`);
        }),
      );
      expect(await verdictOn(place)).toMatchObject({ intact: true, entries: 40, problems: [] });
      const third = await place.open();
      const told = bodies(third).map((body) => (body as { what: string }).what);
      expect(new Set(told).size).toBe(40);
      for (const who of [0, 1])
        expect(told.filter((what) => what.startsWith(`${who}-`))).toEqual(
          Array.from({ length: 20 }, (_, at) => `${who}-${at}`),
        );
    });

    test('a lost tail: nothing is added, by who has seen it', async () => {
      await using place = await make();
      const ledger = await place.open();
      await write(ledger, 'a', 'b', 'c');
      await place.dropTail(1);
      await expect(write(ledger, 'd')).rejects.toMatchObject({ code: 'ledger.damaged' });
      expect(await place.lines()).toHaveLength(2);
    });

    test('a changed entry: found, and named', async () => {
      await using place = await make();
      const ledger = await place.open();
      await write(ledger, 'a', 'b', 'c');
      await ledger.checkpoint(runner);
      await place.change(2, '"b"', '"B"');
      expect((await verdictOn(place)).problems[0]).toMatchObject({
        code: 'ledger.entry-changed',
        from: 2,
        to: 2,
      });
    });
  });
});

test('the same events make the same bytes in both', async ({ skip }) => {
  if (skipWithoutPostgres(18)) skip();
  await using files = await placeInFiles();
  await using database = await placeInPostgres(await sharedPostgres(18));
  const members = (line: string): unknown => ({ ...JSON.parse(line), time: '', prev: '' });
  for (const place of [files, database]) await write(await place.open(), 'Zoë', '"', '\\', '\u2028');
  const [here, there] = [await files.lines(), await database.lines()];
  expect(there.map(members)).toEqual(here.map(members));
  expect(there.map((line) => line.length)).toEqual(here.map((line) => line.length));
});

describe.skipIf(skipWithoutPostgres(18))('in a database', () => {
  let place: PostgresPlace;
  beforeAll(async () => {
    place = await placeInPostgres(await sharedPostgres(18));
  });
  afterAll(async () => await place[Symbol.asyncDispose]());

  test('events that come together are one statement, and one commit', async () => {
    const ledger = await place.open();
    const transactions = 'SELECT count(DISTINCT xmin::text)::int AS n FROM godwit_ledger_line';
    ledger.append(Array.from({ length: 500 }, (_, at) => event(`${at}`)));
    await Promise.all([ledger.flush(), ledger.flush(), ledger.flush()]);
    expect((await place.query(transactions))[0]).toEqual({ n: 1 });
  });

  test('a wrong password, and a role that may only read, are said as that', async () => {
    await place.open();
    await expect(place.openAs('postgres', 'wrong')).rejects.toMatchObject({ code: 'postgres.wrong-login' });
    await place.query("CREATE ROLE reader LOGIN PASSWORD 'r'");
    await place.query('GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader');
    const reader = await place.openAs('reader', 'r');
    expect(bodies(reader)).toHaveLength((await place.lines()).length);
    await expect(write(reader, 'x')).rejects.toMatchObject({ code: 'postgres.permission' });
  });

  test('a commit whose answer was lost: nothing is there twice, also when something else is done first', async () => {
    const own = await placeInPostgres(await sharedPostgres(18));
    const inner = own.store();
    let losses = 1;
    const store: LineStore = {
      ...inner,
      alone: async (work) => {
        const result = await inner.alone(work);
        if (losses-- > 0) throw new Error('the connection is gone');
        return result;
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
    const folder = mkdtempSync(join(tmpdir(), 'godwit-place-'));
    const ledger = new StoredLedger({ folder, origin, clock: systemClock, store });
    await expect(write(ledger, 'a', 'b')).rejects.toThrow('gone');
    ledger.append([event('c')]);
    await ledger.refresh();
    await ledger.flush();
    expect(bodies(ledger)).toEqual([{ what: 'a' }, { what: 'b' }, { what: 'c' }]);
    losses = 1;
    await expect(write(ledger, 'd')).rejects.toThrow('gone');
    await write(ledger, 'e');
    expect(bodies(ledger)).toHaveLength(5);
    expect(await verdictOn(own)).toMatchObject({ intact: true, entries: 5 });
    await own[Symbol.asyncDispose]();
  });

  test('what a crash tore off the copy of a machine comes again', async () => {
    const own = await placeInPostgres(await sharedPostgres(18));
    const folder = mkdtempSync(join(tmpdir(), 'godwit-place-'));
    const open = (): Ledger => new StoredLedger({ folder, origin, clock: systemClock, store: own.store() });
    await write(open(), 'a', 'b', 'c');
    const path = join(folder, 'entries.jsonl');
    const whole = readFileSync(path);
    for (const [cut, torn] of [
      [whole.length - 40, ''],
      [whole.length - 40, '\0'.repeat(40)],
      [0, ''],
    ] as const) {
      truncateSync(path, cut);
      appendFileSync(path, torn);
      await open().refresh();
      expect(readFileSync(path)).toEqual(whole);
    }
    writeFileSync(path, whole.toString('utf8').replace('"b"', '"B"'));
    await expect(open().refresh()).rejects.toMatchObject({ code: 'ledger.damaged' });
    await own[Symbol.asyncDispose]();
  });

  test('a witness’s signature that came to one machine is on the others', async () => {
    const own = await placeInPostgres(await sharedPostgres(18));
    const [here, there] = [
      mkdtempSync(join(tmpdir(), 'godwit-a-')),
      mkdtempSync(join(tmpdir(), 'godwit-b-')),
    ];
    const open = (folder: string): Ledger =>
      new StoredLedger({ folder, origin, clock: systemClock, store: own.store() });
    await write(open(here), 'a');
    const note = await open(here).checkpoint(runner);
    const cosigned = addCosignature(note, 'w1.example', runner, systemClock.now());
    const known = { name: 'w1.example', publicKey: runner.publicKey };
    acceptCosignatures(here, cosigned, [known], verifySignature);
    await open(here).refresh();
    await open(there).refresh();
    expect(lastCosigned(there, [known], verifySignature)).toBe(1);
    await own[Symbol.asyncDispose]();
  });

  test('another history in the place of the one that was seen is refused', async () => {
    const own = await placeInPostgres(await sharedPostgres(18));
    const ledger = await own.open();
    await write(ledger, 'a', 'b');
    await own.dropTail(2);
    await write(await own.open(), 'A', 'B', 'C');
    await expect(write(ledger, 'c')).rejects.toMatchObject({
      code: 'ledger.damaged',
      detail: expect.stringMatching(/^entry 2 is not the one/),
    });
    await own[Symbol.asyncDispose]();
  });
});

describe.skipIf(skipWithoutPostgres(18))('a server that is killed', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major: 18 });
  });
  afterAll(async () => await server.stop());

  test('while many write: what was flushed is there, and nothing is there twice', async () => {
    await using place = await placeInPostgres(server);
    const ledger = await place.open();
    const flushed: string[] = [];
    const killer = { isDone: false };
    let failures = 0;
    const killing = (async () => {
      for (let kill = 0; kill < 4; kill += 1) {
        await new Promise((resolve) => setTimeout(resolve, 60 + kill * 37));
        await server.kill();
        await server.restart();
      }
      killer.isDone = true;
    })();
    for (let at = 0; !killer.isDone; at += 1) {
      ledger.append([event(`${at}`)]);
      try {
        await ledger.flush();
        flushed.push(`${at}`);
      } catch {
        failures += 1;
      }
    }
    await killing;
    ledger.append([event('last')]);
    await ledger.flush();
    const told = bodies(await place.open()).map((body) => (body as { what: string }).what);
    expect(new Set(told).size).toBe(told.length);
    expect(told.filter((what) => flushed.includes(what))).toEqual(flushed);
    expect(told.at(-1)).toBe('last');
    expect(failures).toBeGreaterThan(0);
    expect(await verdictOn(place)).toMatchObject({ intact: true, problems: [] });
  });
});
