import { setTimeout as delay } from 'node:timers/promises';
import { to as copyTo } from 'pg-copy-streams';
import { expect, it } from 'vitest';
import { CopyOut } from './copy-out.ts';
import { onEachServer } from './on-each-server.contract.ts';

/** Records of 0 to 300,000 bytes, most of them small; a notice stands between some of them. */
const records = `
  CREATE FUNCTION noticed(n integer) RETURNS text LANGUAGE plpgsql AS $$
    BEGIN IF n % 50 = 0 THEN RAISE NOTICE 'record %', n; END IF;
    RETURN repeat(chr(65 + n % 26), CASE WHEN n % 997 = 0 THEN 300000 ELSE n * 7919 % (n % 1500 + 1) END); END $$;
  CREATE TABLE a AS SELECT n, noticed(n) AS word FROM generate_series(1, 20000) AS n`;

onEachServer('the bytes of a copy', (server) => {
  const query = 'SELECT n, noticed(n), word FROM a ORDER BY n';

  it.each(['binary', 'text'])('are those that the driver takes apart one by one: %s', async (format) => {
    await using opened = await server.open(records);
    const sql = `COPY (${query}) TO STDOUT (FORMAT ${format})`;
    const expected = await collect(opened.client.query(copyTo(sql)));
    expect(expected.length).toBeGreaterThan(10_000_000);
    expect((await collect(opened.client.query(new CopyOut(sql)))).equals(expected)).toBe(true);
    // Read slowly, so that the socket has to wait.
    expect((await collect(opened.client.query(new CopyOut(sql)), 1)).equals(expected)).toBe(true);
    expect(await opened.ask('SELECT 1')).toEqual([['1']]);
  });

  it('end with the error that ends the copy, and the connection goes on', async () => {
    await using opened = await server.open(records);
    for (const wrong of ['1 / (n - 15000)', 'nothing'])
      await expect(
        collect(opened.client.query(new CopyOut(`COPY (SELECT word, ${wrong} FROM a ORDER BY n) TO STDOUT`))),
      ).rejects.toMatchObject({ code: wrong === 'nothing' ? '42703' : '22012' });
    expect(await collect(opened.client.query(new CopyOut('COPY (SELECT 1 WHERE false) TO STDOUT')))).toEqual(
      Buffer.alloc(0),
    );
    expect(await opened.ask('SELECT 1')).toEqual([['1']]);
  });
});

async function collect(chunks: AsyncIterable<Buffer>, waitMs = 0): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) {
    all.push(chunk);
    if (waitMs > 0 && all.length % 20 === 0) await delay(waitMs);
  }
  return Buffer.concat(all);
}
