import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../../tests/servers/index.ts';
import { isGodwitError, type Row } from '../../model/index.ts';
import type { WriteRecord } from '../port.ts';
import { openSchema, whole, writeOne } from './opened-schema.contract.ts';

describe.each([15, 18] as const)('PostgreSQL %i killed', (major) => {
  describe.skipIf(skipWithoutPostgres(major))('without warning', () => {
    let server: PostgresServer;
    let database: string;
    beforeAll(async () => {
      server = await startPostgres({ major });
      database = await server.createDatabase();
    });
    afterAll(async () => server.stop());

    it('in the middle of a slice: nothing of it stays, and a retry applies it once', async () => {
      const opened = await openSchema(server, database, 'CREATE TABLE a (id integer PRIMARY KEY, word text)');
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
      expect(isGodwitError(failure, 'postgres.went-away') && failure.fate).toBe('later');
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

    it('in the middle of a read: the read fails, and so does every other of that snapshot', async () => {
      const opened = await openSchema(
        server,
        database,
        `CREATE TABLE a AS SELECT g AS id, repeat('x', 1000) AS word FROM generate_series(1, 100000) AS g`,
      );
      const relation = await opened.relation('a');
      const snapshot = await opened.system.reads.snapshot();
      const reading = async (): Promise<void> => {
        for await (const batch of snapshot.read(relation, whole))
          if (batch.rows.length > 0) await server.kill().catch(() => undefined);
      };
      await expect(reading()).rejects.toMatchObject({ code: 'postgres.went-away', fate: 'later' });
      await server.restart();
      await expect(snapshot.count(relation)).rejects.toMatchObject({ code: 'postgres.snapshot-lost' });
      await snapshot[Symbol.asyncDispose]();
      await using next = await opened.system.reads.snapshot();
      expect(await next.count(relation)).toBe('100000');
      await opened.system[Symbol.asyncDispose]();
    });

    it('again and again while slices are written: each is in once', async () => {
      const opened = await openSchema(server, database, 'CREATE TABLE a (id integer, slice integer)');
      const relation = await opened.relation('a');
      const writing = { done: false };
      const killing = (async (): Promise<number> => {
        let kills = 0;
        // Moments that fall before, into and after statements and commits, differently in every run of a slice.
        for (let pause = 35; !writing.done && kills < 8; pause = (pause * 7) % 90) {
          await delay(pause);
          await server.kill();
          kills += 1;
          await server.restart();
        }
        return kills;
      })();
      for (let slice = 0; slice < 30; slice += 1)
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
      expect(applied.map(({ slice }) => slice)).toEqual(Array.from({ length: 30 }, (_none, at) => at));
      await using snapshot = await opened.system.reads.snapshot();
      expect(await snapshot.count(relation)).toBe('6000');
      await opened.system[Symbol.asyncDispose]();
    });
  });
});

function records(from: number, count: number): WriteRecord[] {
  return Array.from({ length: count }, (_none, at) => ({
    sourceKey: `${from + at}`,
    row: [String(from + at), 'w'],
  }));
}

function rowsOf(slice: number): Row[] {
  return Array.from({ length: 200 }, (_none, at): Row => [String(at), String(slice)]);
}
