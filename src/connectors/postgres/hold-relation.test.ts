import { expect, it } from 'vitest';
import { contextFor } from '../contract/contract-world.contract.ts';
import type { Snapshot } from '../port.ts';
import { onOneServer } from './on-each-server.contract.ts';
import { postgres } from './open.ts';
import { type OpenedSchema, whole } from './opened-schema.contract.ts';

const table = `CREATE TABLE a (id integer PRIMARY KEY, note varchar(20), at timestamp);
  INSERT INTO a VALUES (1, 'one', '2026-11-21 10:00:00')`;

onOneServer('a relation under a snapshot', (server) => {
  it.each([
    ['emptied', 'TRUNCATE a', 'postgres.relation-rewritten', 'a were stored anew'],
    [
      'rewritten',
      'ALTER TABLE a ALTER at TYPE text',
      'postgres.structure',
      'was timestamp without time zone, is now text',
    ],
    [
      'made anew',
      'DROP TABLE a; CREATE TABLE a (id integer PRIMARY KEY, note varchar(20), at timestamp)',
      'postgres.relation-rewritten',
      'stored anew',
    ],
    [
      'given another type without a rewrite',
      "SET TimeZone = 'UTC'; ALTER TABLE a ALTER at TYPE timestamptz",
      'postgres.structure',
      'is now timestamp with time zone',
    ],
    ['robbed of a field', 'ALTER TABLE a DROP note', 'postgres.structure', 'a.note is no longer there'],
  ])(
    'that is %s before it is read is never read as if nothing had been',
    async (_what, change, code, words) => {
      await using opened = await server.open(table, 'source');
      await using snapshot = await opened.system.reads.snapshot();
      const relation = await opened.relation('a');
      await opened.client.query(change);
      await expect(recordsOf(snapshot, relation)).rejects.toMatchObject({
        code,
        message: expect.stringContaining(words),
      });
    },
  );

  it('that a view or a partition hides is found as well', async () => {
    await using opened = await server.open(
      `${table}; CREATE VIEW v AS SELECT * FROM a;
      CREATE TABLE p (id integer PRIMARY KEY) PARTITION BY RANGE (id);
      CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9); INSERT INTO p VALUES (1)`,
      'source',
    );
    await using snapshot = await opened.system.reads.snapshot();
    const [view, parted] = [await opened.relation('v'), await opened.relation('p')];
    await opened.client.query('TRUNCATE a; TRUNCATE p1');
    for (const relation of [view, parted])
      await expect(snapshot.count(relation)).rejects.toMatchObject({
        code: 'postgres.relation-rewritten',
        fate: 'later',
      });
  });

  it('that was read once stays as it is until the snapshot is closed', async () => {
    await using opened = await server.open(table, 'source');
    const relation = await opened.relation('a');
    await using snapshot = await opened.system.reads.snapshot();
    expect(await recordsOf(snapshot, relation)).toBe(1);
    await opened.client.query("SET lock_timeout = '200ms'");
    await expect(opened.client.query('TRUNCATE a')).rejects.toMatchObject({ code: '55P03' });
    expect(await recordsOf(snapshot, relation)).toBe(1);
    await snapshot[Symbol.asyncDispose]();
    await opened.client.query('TRUNCATE a');
  });

  it('that is altered where nobody looks disturbs nobody', async () => {
    await using opened = await server.open(`${table}; CREATE TABLE b (id integer PRIMARY KEY)`, 'source');
    const relation = await opened.relation('a');
    await using snapshot = await opened.system.reads.snapshot();
    await opened.client.query(
      "ALTER TABLE a ADD more text DEFAULT 'x'; TRUNCATE b; INSERT INTO a VALUES (2, 'two', now())",
    );
    expect(await recordsOf(snapshot, relation)).toBe(1);
  });

  it('that is not there leaves the snapshot whole for the others', async () => {
    await using opened = await server.open(`${table}; CREATE TABLE b (id integer PRIMARY KEY)`, 'source');
    const [a, b] = [await opened.relation('a'), await opened.relation('b')];
    await using snapshot = await opened.system.reads.snapshot();
    await opened.client.query('DROP TABLE b');
    const [counted, gone] = await Promise.allSettled([snapshot.count(a), snapshot.count(b)]);
    expect(gone).toMatchObject({ status: 'rejected', reason: { code: 'postgres.structure' } });
    expect(counted).toMatchObject({ status: 'fulfilled', value: '1' });
    expect(await snapshot.count(a)).toBe('1');
  });

  it('is found by a new snapshot after it was emptied', async () => {
    await using opened = await server.open(table, 'source');
    const relation = await opened.relation('a');
    await using system = await postgres.open(opened.address, contextFor('source'));
    await using old = await system.reads.snapshot();
    await opened.client.query('TRUNCATE a');
    await expect(old.count(relation)).rejects.toMatchObject({ code: 'postgres.relation-rewritten' });
    await using fresh = await system.reads.snapshot();
    expect(await fresh.count(relation)).toBe('0');
  });
});

async function recordsOf(
  snapshot: Snapshot,
  relation: Awaited<ReturnType<OpenedSchema['relation']>>,
): Promise<number> {
  let records = 0;
  for await (const batch of snapshot.read(relation, whole)) records += batch.rows.length + batch.bad.length;
  return records;
}
