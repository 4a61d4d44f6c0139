import { expect, it } from 'vitest';
import { skipWithoutPostgres } from '../../../tests/servers/index.ts';
import { countedReferences } from '../references-query.contract.ts';
import { onEachServer } from './on-each-server.contract.ts';

onEachServer('references counted by a join', (server) => {
  it('finds those that lead nowhere, and leaves out those that hold no value', async () => {
    await using opened = await server.open(`
      CREATE TABLE "a ""firm""" (id integer PRIMARY KEY, part text, number bigint, UNIQUE (part, number));
      CREATE TABLE people (id integer PRIMARY KEY, firm smallint REFERENCES "a ""firm""", boss integer REFERENCES people,
        part text, number bigint, FOREIGN KEY (part, number) REFERENCES "a ""firm""" (part, number));
      INSERT INTO "a ""firm""" VALUES (1, 'x', 1), (2, 'x', 2), (3, NULL, 1);
      INSERT INTO people VALUES (1, 1, NULL, 'x', 1), (2, 2, 1, 'x', NULL), (3, NULL, 1, 'x', 2), (4, 2, 4, NULL, NULL);
      ALTER TABLE people DISABLE TRIGGER ALL;
      INSERT INTO people VALUES (5, 9, 8, 'x', 3), (6, 9, 1, 'y', 1)`);
    await using snapshot = await opened.system.reads.snapshot();
    const child = await opened.relation('people');
    expect(await countedReferences(snapshot, child, async (name) => opened.relation(name))).toEqual({
      firm: ['5', '2'],
      boss: ['5', '1'],
      'part number': ['4', '2'],
    });
  });

  it('sees what its view sees', async () => {
    await using opened = await server.open(
      'CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE b (a integer REFERENCES a); INSERT INTO a VALUES (1)',
    );
    await using snapshot = await opened.system.reads.snapshot();
    await opened.client.query('INSERT INTO b VALUES (1)');
    const child = await opened.relation('b');
    const counted = await countedReferences(snapshot, child, async (name) => opened.relation(name));
    expect(counted).toEqual({ a: ['0', '0'] });
  });
});

onEachServer(
  'references to spans of time',
  (server) => {
    it('hold where all records together cover them', async () => {
      if (skipWithoutPostgres(18)) return;
      await using opened = await server.open(`
        CREATE TABLE rates (of int4range, valid daterange, PRIMARY KEY (of, valid WITHOUT OVERLAPS));
        CREATE TABLE bills (id integer PRIMARY KEY, of int4range, during daterange,
          FOREIGN KEY (of, PERIOD during) REFERENCES rates (of, PERIOD valid));
        INSERT INTO rates VALUES ('[1,1]', '[2026-01-01,2026-02-01)'), ('[1,1]', '[2026-02-01,2026-03-01)');
        INSERT INTO bills VALUES (1, '[1,1]', '[2026-01-15,2026-02-15)'), (2, NULL, '[2020-01-01,2020-02-01)');
        ALTER TABLE bills DISABLE TRIGGER ALL;
        INSERT INTO bills VALUES (3, '[1,1]', '[2026-02-15,2026-03-15)'), (4, '[2,2]', '[2026-02-15,2026-02-16)')`);
      await using snapshot = await opened.system.reads.snapshot();
      const child = await opened.relation('bills');
      expect(await countedReferences(snapshot, child, async (name) => opened.relation(name))).toEqual({
        'of during': ['3', '2'],
      });
    });
  },
  [18],
);
