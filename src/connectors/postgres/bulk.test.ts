import { expect, it } from 'vitest';
import { type Relation, type Row, recordKey, type Slice } from '../../model/index.ts';
import type { BulkFormat, BulkLoad, BulkPlan, SliceResult } from '../port.ts';
import { onOneServer } from './on-each-server.contract.ts';
import { type OpenedSchema, undoOne, whole, writeOne } from './opened-schema.contract.ts';

const formats: readonly BulkFormat[] = ['postgres-binary', 'postgres-text'];

/** Every field of the source relation that the target's has too, into the field of the same name. */
async function planned(
  source: OpenedSchema,
  target: OpenedSchema,
  name: string,
): Promise<{ readonly from: Relation; readonly to: Relation; readonly plan: BulkPlan }> {
  const [from, to] = [await source.relation(name), await target.relation(name)];
  const fields = to.fields.flatMap((field) => {
    const of = from.fields.find((one) => one.name === field.name);
    return of && field.generated !== 'computed'
      ? [{ source: { kind: 'field' as const, field: of }, target: field }]
      : [];
  });
  return { from, to, plan: await target.system.writes!.imports!.plan(to, fields, formats) };
}

async function reasonOf(source: OpenedSchema, target: OpenedSchema, name: string): Promise<string> {
  const { plan } = await planned(source, target, name);
  return plan.kind === 'impossible' ? plan.reason : plan.load.format;
}

async function pipe(
  source: OpenedSchema,
  target: OpenedSchema,
  name: string,
  slice: Slice = whole,
  load: (load: BulkLoad) => BulkLoad = (same) => same,
): Promise<SliceResult> {
  const { from, to, plan } = await planned(source, target, name);
  if (plan.kind === 'impossible') throw new Error(plan.reason);
  await using snapshot = await source.system.reads.snapshot();
  return await target.system.writes!.imports!.importSlice({
    run: 'run',
    step: 'step',
    slice: slice.number,
    relation: to,
    load: load(plan.load),
    key: from.identity,
    bounds: { after: slice.after, upTo: slice.upTo },
    chunks: snapshot.exports!.export(from, slice, load(plan.load)),
    beforeCommit: async (rows) => ({ rowsRead: rows, rowsWritten: rows, rowsQuarantined: 0, rowsPurged: 0 }),
  });
}

const everyType = `CREATE TYPE mood AS ENUM ('good', 'so, so');
  CREATE DOMAIN grade AS integer CHECK (value < 10);
  CREATE TABLE a (id bigint PRIMARY KEY, b boolean, s smallint, i integer, n numeric, m numeric(12,2), r real, d double precision,
    t text, v varchar(40), c char(5), y bytea, da date, ti time(3), tz timetz, ts timestamp, tt timestamptz(6), iv interval, u uuid,
    j json, jb jsonb, inet inet, mac macaddr, bits bit varying, ia integer[], ta text[], rng int4range, ms tstzrange, tv tsvector`;
const awkward = `INSERT INTO a VALUES
  (1, true, -32768, 2147483647, 'NaN', -0.10, '-0', 'Infinity', E'tab\\t nl\\n \\\\N back\\\\ "q" ünï 🐦', ' lead and trail ', 'ab', '\\x00ff', '0044-03-15 BC',
   '24:00', '23:59:59.999999+15:59', 'infinity', '-infinity', '-1 mon +3 days -04:05:06.000007', '00000000-0000-0000-0000-000000000000',
   '{"a": 1.10,  "a":2}', '{"n": 1234567890123456789012345678901234567890.10}', '::1/64', '08:00:2b:01:02:03', B'0101', '{{1,2},{NULL,4}}',
   ARRAY['', NULL, 'a,"b"'], '[1,5)', '(,2026-01-01 00:00Z]', 'a:1A fat:2B'),
  (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '', '', '', '', NULL, NULL, NULL, '294276-12-31 23:59:59.999999', NULL, NULL, NULL, NULL, NULL,
   NULL, NULL, '', '{}', '{{a,b},{c,NULL}}', 'empty', NULL, ''),
  (3, false, 1, -1, 1e-500, 9999999999.99, 1e-38, 5e-324, 'NULL', 'NULL', 'null', NULL, '5874897-12-31', '00:00:00.001', '00:00-15:59',
   '4713-01-01 00:00:00 BC', '1940-06-01 00:00:00.000001+02', '178000000 years', NULL, 'null', 'null', '0.0.0.0/0', NULL, NULL, NULL, NULL, NULL, NULL, NULL)`;

onOneServer('bulk', (server) => {
  it('carries every type over in binary, byte for byte', async () => {
    const sql = `${everyType})`;
    await using source = await server.open(`${sql}; ${awkward}`, 'source');
    await using target = await server.open(sql);
    expect(await reasonOf(source, target, 'a')).toBe('postgres-binary');
    expect(await pipe(source, target, 'a')).toMatchObject({ applied: true, counts: { rowsWritten: 3 } });
    const content = 'SELECT a::text FROM a ORDER BY id';
    expect(await target.ask(content)).toEqual(await source.ask(content));
    expect((await pipe(source, target, 'a')).applied).toBe(false);
    expect(await target.ask('SELECT count(*) FROM a')).toEqual([['3']]);
    expect(await undoOne(target.system, await target.relation('a'))).toMatchObject({
      rowsRemoved: 3,
      refused: [],
    });
    expect(await target.ask('SELECT * FROM a')).toEqual([]);
  });

  it('leaves a slice to the records when the first element of an array is not number 1, whatever a rule says of its record', async () => {
    const sql = 'CREATE TABLE a (id integer PRIMARY KEY, tags text[], marks integer[])';
    await using source = await server.open(
      `${sql}; INSERT INTO a VALUES (1, '{a}', '{{1},{2}}'), (2, NULL, '{}'), (3, '{b}', '[2:2][1:1]={{1}}')`,
      'source',
    );
    await using target = await server.open(sql);
    await expect(pipe(source, target, 'a')).rejects.toMatchObject({ fate: 'never' });
    expect(await target.ask('SELECT * FROM a')).toEqual([]);
  });

  it('carries types over as text whose bytes name objects of their database', async () => {
    const sql = `${everyType}, moods mood[], grades grade[], mood mood, grade grade)`;
    await using source = await server.open(
      `${sql}; ${awkward}; UPDATE a SET moods = '{"so, so",NULL}', grades = '{1,2}', mood = 'so, so', grade = 9 WHERE id = 2`,
      'source',
    );
    await using target = await server.open(sql);
    expect(await reasonOf(source, target, 'a')).toBe('postgres-text');
    await pipe(source, target, 'a');
    const content = 'SELECT a::text FROM a ORDER BY id';
    expect(await target.ask(content)).toEqual(await source.ask(content));
  });

  it('widens numbers and texts, and leaves to others what would be altered', async () => {
    const fits: readonly (readonly [from: string, to: string, outcome: RegExp])[] = [
      ['smallint', 'bigint', /^postgres-binary$/],
      ['integer', 'bigint', /^postgres-binary$/],
      ['varchar(5)', 'text', /^postgres-binary$/],
      ['numeric(6,2)', 'numeric(8,4)', /^postgres-binary$/],
      ['timestamp(3)', 'timestamp', /^postgres-binary$/],
      ['bigint', 'integer', /value by value$/],
      ['text', 'varchar(5)', /value by value$/],
      ['varchar(5)', 'char(5)', /value by value$/],
      ['numeric(6,2)', 'numeric(6,3)', /value by value$/],
      ['numeric', 'numeric(6,2)', /value by value$/],
      ['timestamp', 'timestamp(3)', /value by value$/],
      ['timestamp', 'timestamptz', /value by value$/],
      ['real', 'double precision', /value by value$/],
      ['boolean', 'text', /value by value$/],
      ['integer', 'text', /value by value$/],
      ['varchar(3)[]', 'varchar(2)[]', /value by value$/],
      ['interval', 'interval year', /value by value$/],
    ];
    const tables = (at: 0 | 1): string =>
      fits.map((fit, place) => `CREATE TABLE t${place} (id integer PRIMARY KEY, x ${fit[at]});`).join('');
    await using source = await server.open(
      `${tables(0)} CREATE TABLE a (id integer PRIMARY KEY, x integer); INSERT INTO a VALUES (1, -7)`,
      'source',
    );
    await using target = await server.open(`${tables(1)} CREATE TABLE a (x bigint, id bigint PRIMARY KEY)`);
    for (const [at, [from, to, outcome]] of fits.entries())
      expect(await reasonOf(source, target, `t${at}`), `${from} into ${to}`).toMatch(outcome);
    await pipe(source, target, 'a');
    expect(await target.ask('SELECT id, x FROM a')).toEqual([['1', '-7']]);
  });

  it('leaves relations to others in which records would not be what was loaded', async () => {
    const table = 'CREATE TABLE a (id integer PRIMARY KEY)';
    await using source = await server.open(table, 'source');
    for (const [sql, reason] of [
      [`CREATE TABLE b (id integer); CREATE VIEW a AS SELECT * FROM b`, 'not a table'],
      [
        `${table}; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f()`,
        'triggers',
      ],
      [`${table}; CREATE RULE r AS ON INSERT TO a DO ALSO NOTIFY a`, 'rules'],
    ] as const) {
      await using target = await server.open(sql);
      expect(await reasonOf(source, target, 'a')).toContain(reason);
    }
  });

  it('a record that cannot go leaves nothing of its slice, and says that it never will', async () => {
    await using source = await server.open(
      'CREATE TABLE a (id integer PRIMARY KEY, x integer); INSERT INTO a SELECT i, i FROM generate_series(1, 5000) i',
      'source',
    );
    await using target = await server.open(
      'CREATE TABLE a (id integer PRIMARY KEY, x integer CHECK (x <> 4711))',
    );
    await expect(pipe(source, target, 'a')).rejects.toMatchObject({ fate: 'never' });
    expect(await target.ask('SELECT * FROM a')).toEqual([]);
    expect(await target.system.writes!.applied('run')).toEqual([]);
  });

  it('a source that breaks off leaves nothing, and its error leaves as it came', async () => {
    await using source = await server.open(
      'CREATE TABLE a (id integer PRIMARY KEY); INSERT INTO a VALUES (1)',
      'source',
    );
    await using target = await server.open('CREATE TABLE a (id integer PRIMARY KEY)');
    const { to, plan } = await planned(source, target, 'a');
    const broken = new RangeError('the wire is cut');
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
      throw broken;
    };
    const slice = { run: 'run', step: 'step', slice: 0, relation: to, key: ['id'], bounds: null };
    const load = (plan as Extract<BulkPlan, { kind: 'load' }>).load;
    const beforeCommit = async (): Promise<never> => Promise.reject(new Error('must not be asked'));
    await expect(
      target.system.writes!.imports!.importSlice({ ...slice, load, chunks: chunks(), beforeCommit }),
    ).rejects.toBe(broken);
    expect(await target.ask('SELECT * FROM a')).toEqual([]);
  });

  it('slices of a text key hold each record once, in any collation', async () => {
    const sql = `CREATE TABLE a (id text COLLATE "en-x-icu" PRIMARY KEY, n integer)`;
    await using source = await server.open(
      `${sql}; INSERT INTO a SELECT chr(65 + i % 26 + 32 * (i % 2)) || i, i FROM generate_series(1, 500) i`,
      'source',
    );
    await using target = await server.open(sql);
    const relation = await source.relation('a');
    await using snapshot = await source.system.reads.snapshot();
    for await (const slice of snapshot.split(relation, 60)) await pipe(source, target, 'a', slice);
    expect(await target.ask('SELECT count(*), sum(n) FROM a')).toEqual([['500', '125250']]);
    const undone: number[] = [];
    for (const { slice } of await target.system.writes!.applied('run')) {
      const place = { run: 'run', step: 'step', slice, relation: await target.relation('a') };
      undone.push((await target.system.undoes!.undoSlice(place)).rowsRemoved);
    }
    expect(undone).toEqual([60, 60, 60, 60, 60, 60, 60, 60, 20]);
  });

  it('tells where bounds mean the same in source and target', async () => {
    const relation = (type: string): string => `CREATE TABLE a (id ${type} PRIMARY KEY)`;
    const alike: readonly (readonly [from: string, to: string, same: boolean])[] = [
      ['text', 'text', true],
      ['text', 'varchar(9)', true],
      ['integer', 'bigint', true],
      ['text COLLATE "C"', 'text COLLATE "POSIX"', true],
      ['text', 'text COLLATE "C"', false],
      ['text COLLATE "sv-x-icu"', 'text COLLATE "de-x-icu"', false],
    ];
    for (const [from, to, same] of alike) {
      await using one = await server.open(relation(from), 'source');
      await using other = await server.open(relation(to));
      await using snapshot = await one.system.reads.snapshot();
      const order = await snapshot.exports!.order(await one.relation('a'));
      const imported = await other.system.writes!.imports!.order(await other.relation('a'), ['id']);
      expect(order === imported, `${from} and ${to}: ${order}, ${imported}`).toBe(same);
    }
  });
});

/** No transaction of this server is under way any more that is older than the records of `a`. */
const everythingEnded = `SELECT pg_snapshot_xmin(pg_current_snapshot())::text::numeric > max(xmin::text::numeric) FROM a`;

onOneServer('undoing what was loaded in bulk', (server) => {
  const filled = `CREATE TABLE a (id integer PRIMARY KEY, word text); INSERT INTO a SELECT i, 'w' || i FROM generate_series(1, 9) i`;
  const empty = 'CREATE TABLE a (id integer PRIMARY KEY, word text)';

  it('leaves what somebody changed, names it, and can be repeated', async () => {
    await using source = await server.open(filled, 'source');
    await using target = await server.open(empty);
    await target.client.query("INSERT INTO a VALUES (100, 'theirs')");
    await pipe(source, target, 'a', { ...whole, upTo: ['9'] });
    await target.client.query("UPDATE a SET word = 'changed' WHERE id = 4; DELETE FROM a WHERE id = 5");
    const relation = await target.relation('a');
    const refused = [
      { key: recordKey(['4']), reason: 'somebody changed it since, or added it' },
      { key: recordKey(['1 of slice 0']), reason: 'not there under their keys any more' },
    ];
    expect(await undoOne(target.system, relation)).toEqual({ rowsRemoved: 7, rowsRestored: 0, refused });
    expect(await undoOne(target.system, relation)).toEqual({ rowsRemoved: 0, rowsRestored: 0, refused });
    expect(await target.ask('SELECT id FROM a ORDER BY 1')).toEqual([['4'], ['100']]);
  });

  it.each([
    ['its keys are kept', empty, ['4', '6'], 'somebody changed it since'],
    [
      'no index',
      'CREATE TABLE a (id integer, word text)',
      ['4', '6', '50'],
      'somebody changed it since, or added it',
    ],
  ])('names no record of others that was there before (%s)', async (_title, table, ids, reason) => {
    await using source = await server.open(filled, 'source');
    await using target = await server.open(table);
    await target.client.query("INSERT INTO a SELECT -i, 'theirs' FROM generate_series(1, 1200) i");
    await expect.poll(async () => target.ask(everythingEnded), { timeout: 60_000 }).toEqual([['t']]);
    await using early = await server.open('CREATE TABLE b ()', 'source');
    await early.client.query('BEGIN; DROP TABLE b');
    await pipe(source, target, 'a');
    await early.client.query(`UPDATE "${target.address.schema}".a SET word = 'early' WHERE id = 6; COMMIT`);
    await target.client.query("UPDATE a SET word = 'late' WHERE id = 4; INSERT INTO a VALUES (50, 'new')");
    const relation = await target.relation('a');
    const refused = ids.map((id) => ({ key: recordKey([id]), reason }));
    for (const rowsRemoved of [7, 0])
      expect(await undoOne(target.system, relation)).toEqual({ rowsRemoved, rowsRestored: 0, refused });
    expect(await target.ask('SELECT id FROM a WHERE id > 0 ORDER BY 1')).toEqual([['4'], ['6'], ['50']]);
  });

  it('goes by the transaction alone where the order of the key is another one since', async () => {
    const table = 'CREATE TABLE a (id text PRIMARY KEY)';
    await using source = await server.open(
      `${table}; INSERT INTO a VALUES ('a'), ('B'), ('c'), ('D')`,
      'source',
    );
    await using target = await server.open(table);
    await pipe(source, target, 'a', { number: 0, after: null, upTo: ['B'], rowsEstimate: 2 });
    await pipe(source, target, 'a', { number: 1, after: ['B'], upTo: null, rowsEstimate: 2 });
    await target.client.query(
      'ALTER TABLE a DROP CONSTRAINT a_pkey; CREATE UNIQUE INDEX ON a (id COLLATE "C")',
    );
    const relation = await target.relation('a');
    const undo = async (slice: number) =>
      target.system.undoes!.undoSlice({ run: 'run', step: 'step', slice, relation });
    expect(await undo(1)).toMatchObject({ rowsRemoved: 2, refused: [] });
    expect(await target.ask('SELECT id FROM a ORDER BY 1')).toEqual([['a'], ['B']]);
    await target.client.query("UPDATE a SET id = 'A' WHERE id = 'a'");
    expect(await undo(0)).toMatchObject({
      rowsRemoved: 1,
      refused: [{ key: recordKey(['1 of slice 0']), reason: 'changed or deleted since' }],
    });
  });

  it('takes a record along that a repair put back', async () => {
    await using source = await server.open(filled, 'source');
    await using target = await server.open(empty);
    await pipe(source, target, 'a');
    await target.client.query("UPDATE a SET word = 'damaged' WHERE id = 4");
    const relation = await target.relation('a');
    const rows: Row[] = [['4', 'w4']];
    await writeOne(target.system, relation, {
      step: 'repair-1',
      mode: 'upsert',
      putsBack: 'step',
      fields: ['id', 'word'],
      rows,
    });
    const repair = { run: 'run', step: 'repair-1', slice: 0, relation };
    expect(await target.system.undoes!.undoSlice(repair)).toMatchObject({ rowsRemoved: 0, refused: [] });
    expect(await undoOne(target.system, relation)).toEqual({ rowsRemoved: 9, rowsRestored: 0, refused: [] });
  });

  it('takes a record along that a later step changed and put back when it was undone', async () => {
    await using source = await server.open(filled, 'source');
    await using target = await server.open(empty);
    await pipe(source, target, 'a');
    const relation = await target.relation('a');
    const rows: Row[] = [['4', 'other']];
    await writeOne(target.system, relation, { step: 'later', mode: 'upsert', fields: ['id', 'word'], rows });
    const later = { run: 'run', step: 'later', slice: 0, relation };
    expect(await target.system.undoes!.undoSlice(later)).toMatchObject({ rowsRestored: 1, refused: [] });
    expect(await target.ask('SELECT word FROM a WHERE id = 4')).toEqual([['w4']]);
    expect(await undoOne(target.system, relation)).toEqual({ rowsRemoved: 9, rowsRestored: 0, refused: [] });
  });

  it.each(['', 'ON DELETE CASCADE'])('keeps a record that others need (%s)', async (action) => {
    await using source = await server.open(filled, 'source');
    await using target = await server.open(
      `${empty}; CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a ${action})`,
    );
    await pipe(source, target, 'a');
    await target.client.query('INSERT INTO b VALUES (1, 7)');
    const relation = await target.relation('a');
    const undone = await undoOne(target.system, relation);
    expect(undone).toMatchObject({ rowsRemoved: 8, refused: [{ key: recordKey(['7']) }] });
    await target.client.query('DELETE FROM b');
    expect(await undoOne(target.system, relation)).toEqual({ rowsRemoved: 1, rowsRestored: 0, refused: [] });
  });

  it('works in partitioned tables and in trees', async () => {
    const tree = `CREATE TABLE a (id integer, up integer, PRIMARY KEY (id), FOREIGN KEY (up) REFERENCES a) PARTITION BY RANGE (id);
      CREATE TABLE a1 PARTITION OF a FOR VALUES FROM (0) TO (5); CREATE TABLE a2 PARTITION OF a DEFAULT`;
    await using source = await server.open(
      `${tree}; INSERT INTO a SELECT i, CASE WHEN i > 1 THEN i / 2 END FROM generate_series(1, 9) i`,
      'source',
    );
    await using target = await server.open(tree);
    expect(await pipe(source, target, 'a')).toMatchObject({ counts: { rowsWritten: 9 } });
    expect(await undoOne(target.system, await target.relation('a'))).toMatchObject({
      rowsRemoved: 9,
      refused: [],
    });
  });
});
