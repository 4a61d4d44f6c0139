import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutMariadb, startMariadb } from '../../../tests/servers/index.ts';
import { isGodwitError, type Relation, type Row } from '../../model/index.ts';
import type { BulkLoad, SliceResult, WriteRecord } from '../port.ts';
import { type OpenedDatabase, openDatabase, undoOne, whole, writeOne } from './opened-database.contract.ts';

describe.skipIf(skipWithoutMariadb())('MariaDB killed without warning', () => {
  let server: Awaited<ReturnType<typeof startMariadb>>;
  beforeAll(async () => {
    server = await startMariadb();
  });
  afterAll(async () => server.stop());

  it('in the middle of a slice: nothing of it stays, and a retry applies it once', async () => {
    const opened = await openDatabase(server, ['CREATE TABLE a (id int PRIMARY KEY, word varchar(9))']);
    const relation = await opened.relation('a');
    const batches = async function* (): AsyncGenerator<readonly WriteRecord[]> {
      yield records(0, 1000);
      await server.kill();
      yield records(1000, 1000);
    };
    const fields = ['id', 'word'];
    const failure = await writeOne(opened.system, relation, { fields, rows: [], batches: batches() }).catch(
      (error: unknown) => error,
    );
    expect(isGodwitError(failure, 'mysql.went-away') && failure.fate).toBe('later');
    const away = await opened.system.writes!.applied('run').catch((error: unknown) => error);
    expect(isGodwitError(away) && away.fate).toBe('later');
    await server.restart();
    expect(await opened.system.writes!.applied('run')).toEqual([]);
    const rows = records(0, 2000).map(({ row }) => row);
    expect(await writeOne(opened.system, relation, { fields, rows })).toMatchObject({
      applied: true,
      refused: [],
    });
    expect((await writeOne(opened.system, relation, { fields, rows })).applied).toBe(false);
    await using snapshot = await opened.system.reads.snapshot();
    expect(await snapshot.count(relation)).toBe('2000');
    await opened.system[Symbol.asyncDispose]();
  });

  it('in the middle of a bulk load: nothing of it stays, and a retry loads and takes back all of it', async () => {
    const opened = await openDatabase(server, ['CREATE TABLE a (id int PRIMARY KEY, word varchar(9))']);
    const relation = await opened.relation('a');
    const cut = async function* (): AsyncGenerator<Uint8Array> {
      yield lines(0, 20_000);
      await server.kill();
      yield lines(20_000, 20_000);
    };
    const failure = await loadOne(opened, relation, cut()).catch((error: unknown) => error);
    expect(isGodwitError(failure, 'mysql.went-away') && failure.fate).toBe('later');
    await server.restart();
    expect(await opened.system.writes!.applied('run')).toEqual([]);
    const complete = async function* (): AsyncGenerator<Uint8Array> {
      yield lines(0, 40_000);
    };
    expect(await loadOne(opened, relation, complete())).toMatchObject({ applied: true });
    expect((await loadOne(opened, relation, complete())).applied).toBe(false);
    expect(await undoOne(opened.system, relation)).toMatchObject({ rowsRemoved: 40_000, refused: [] });
    await opened.system[Symbol.asyncDispose]();
  });

  it('in the middle of a read: the read fails, and so does every other of that snapshot', async () => {
    const opened = await openDatabase(server, [
      `CREATE TABLE a (id int PRIMARY KEY, word text)`,
      `INSERT INTO a SELECT seq, repeat('x', 1000) FROM seq_1_to_20000`,
    ]);
    const relation = await opened.relation('a');
    const snapshot = await opened.system.reads.snapshot();
    const reading = async (): Promise<void> => {
      for await (const batch of snapshot.read(relation, whole))
        if (batch.rows.length > 0) await server.kill().catch(() => undefined);
    };
    await expect(reading()).rejects.toMatchObject({ fate: 'later' });
    await server.restart();
    await expect(snapshot.count(relation)).rejects.toMatchObject({ code: 'mysql.snapshot-lost' });
    await snapshot[Symbol.asyncDispose]();
    await using next = await opened.system.reads.snapshot();
    expect(await next.count(relation)).toBe('20000');
    await opened.system[Symbol.asyncDispose]();
  });

  it('again and again while slices are written: each is in once', async () => {
    const opened = await openDatabase(server, [
      'CREATE TABLE a (id int, slice int, PRIMARY KEY (slice, id))',
    ]);
    const relation = await opened.relation('a');
    const writing = { done: false };
    const killing = (async (): Promise<number> => {
      let kills = 0;
      // Moments that fall before, into and after statements and commits, differently in every run of a slice.
      for (let pause = 35; !writing.done && kills < 6; pause = (pause * 7) % 90) {
        await delay(pause);
        await server.kill();
        kills += 1;
        await server.restart();
      }
      return kills;
    })();
    for (let slice = 0; slice < 20; slice += 1)
      for (let tries = 0; ; tries += 1)
        try {
          await writeOne(opened.system, relation, { slice, fields: ['id', 'slice'], rows: rowsOf(slice) });
          break;
        } catch (error) {
          expect(isGodwitError(error) && error.fate, String(error)).toBe('later');
          expect(tries).toBeLessThan(1000);
          await delay(20);
        }
    writing.done = true;
    expect(await killing).toBeGreaterThan(0);
    const applied = await opened.system.writes!.applied('run');
    expect(applied.map(({ slice }) => slice)).toEqual(Array.from({ length: 20 }, (_none, at) => at));
    await using snapshot = await opened.system.reads.snapshot();
    expect(await snapshot.count(relation)).toBe('4000');
    await opened.system[Symbol.asyncDispose]();
  });
});

async function loadOne(
  { system }: OpenedDatabase,
  relation: Relation,
  chunks: AsyncIterable<Uint8Array>,
): Promise<SliceResult> {
  const fields = relation.fields.map((field) => ({
    source: { kind: 'field' as const, field },
    target: field,
    exportAs: null,
  }));
  const load: BulkLoad = { format: 'mysql-text', fields };
  const place = { run: 'run', step: 'step', slice: 0, relation, load, key: ['id'], bounds: null };
  return system.writes!.imports!.importSlice({
    ...place,
    chunks,
    beforeCommit: async (rows) => ({ rowsRead: rows, rowsWritten: rows, rowsQuarantined: 0, rowsPurged: 0 }),
  });
}

function lines(from: number, count: number): Uint8Array {
  return Buffer.from(Array.from({ length: count }, (_none, at) => `${from + at}\tw\n`).join(''));
}

function records(from: number, count: number): WriteRecord[] {
  return Array.from({ length: count }, (_none, at) => ({
    sourceKey: `${from + at}`,
    row: [String(from + at), 'w'],
  }));
}

function rowsOf(slice: number): Row[] {
  return Array.from({ length: 200 }, (_none, at): Row => [String(at), String(slice)]);
}
