import { expect, it } from 'vitest';
import { compileExpression, loadGrammar } from '../../expressions/index.ts';
import type { Field, Relation, Slice } from '../../model/index.ts';
import { CopyChunk, valueEncoder } from '../binary-copy/index.ts';
import type { BulkLoad, Snapshot } from '../port.ts';
import { onEachServer } from './on-each-server.contract.ts';
import { whole } from './opened-database.contract.ts';

/** All fields of the relation into fields of the same type, in the bytes of binary COPY. */
function load(relation: Relation, names = relation.fields.map(({ name }) => name)): BulkLoad {
  const fields = relation.fields
    .filter(({ name, synthetic }) => names.includes(name) && !synthetic)
    .map((field) => ({ source: { kind: 'field' as const, field }, target: field, exportAs: null }));
  return { format: 'postgres-binary-encoded', fields };
}

/** The fields of each tuple, bytes as they are. */
async function tuples(chunks: AsyncIterable<Uint8Array>): Promise<(Buffer | null)[][]> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  const bytes = Buffer.concat(parts);
  const found: (Buffer | null)[][] = [];
  let at = 19;
  for (let count = bytes.readInt16BE(at); count >= 0; count = bytes.readInt16BE(at)) {
    at += 2;
    const tuple: (Buffer | null)[] = [];
    for (let field = 0; field < count; field += 1) {
      const length = bytes.readInt32BE(at);
      at += 4 + Math.max(0, length);
      tuple.push(length < 0 ? null : bytes.subarray(at - length, at));
    }
    found.push(tuple);
  }
  expect(at + 2).toBe(bytes.length);
  return found;
}

function give(snapshot: Snapshot, relation: Relation, slice: Slice = whole): AsyncIterable<Uint8Array> {
  return snapshot.exports!.export(relation, slice, load(relation));
}

const ids = (found: readonly (readonly (Buffer | null)[])[]): bigint[] =>
  found.map(([id]) => id?.readBigInt64BE() ?? -1n).sort((a, b) => Number(a - b));

onEachServer('export', (server) => {
  it('gives every slice once, values of any length among them', async () => {
    await using opened = await server.open(
      [
        'CREATE TABLE a (id bigint PRIMARY KEY, t longtext CHARACTER SET utf8mb4, b longblob)',
        ...[0, 1, 250, 251, 65_535, 65_536, 400_000].map(
          (length, at) => `INSERT INTO a VALUES (${at}, repeat('x', ${length}), repeat('\\0', ${length}))`,
        ),
        'INSERT INTO a VALUES (7, NULL, NULL)',
      ],
      { role: 'source' },
    );
    const relation = await opened.relation('a');
    await using snapshot = await opened.system.reads.snapshot();
    const found: (Buffer | null)[][] = [];
    for await (const slice of snapshot.split(relation, 3))
      found.push(...(await tuples(give(snapshot, relation, slice))));
    expect(ids(found)).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n]);
    const lengths = found
      .sort(([a], [b]) => Buffer.compare(a!, b!))
      .map(([, text, bytes]) => [text?.toString().replaceAll('x', '').length, text?.length, bytes?.length]);
    const same = [0, 1, 250, 251, 65_535, 65_536, 400_000].map((length) => [0, length, length]);
    expect(lengths).toEqual([...same, [undefined, undefined, undefined]]);
  });

  it('gives two slices at once as its snapshot sees them, whatever is written meanwhile', async () => {
    await using opened = await server.open(
      ['CREATE TABLE a (id bigint PRIMARY KEY)', 'INSERT INTO a SELECT seq FROM seq_1_to_30000'],
      { role: 'source' },
    );
    const relation = await opened.relation('a');
    // The server counts what it keeps in the background, which is a transaction like others.
    for (let attempt = 1; ; attempt += 1) {
      await using snapshot = await opened.system.reads.snapshot();
      if ((await snapshot.exports!.slicesAtOnceMax!()) < 2 && attempt < 20) continue;
      expect(await snapshot.exports!.slicesAtOnceMax!()).toBe(2);
      await opened.plain.connection.query('DELETE FROM a WHERE id % 3 = 0');
      await opened.plain.connection.query('INSERT INTO a VALUES (-1), (90000)');
      const halves = [
        { ...whole, upTo: ['15000'] },
        { ...whole, number: 1, after: ['15000'] },
      ];
      const found = await Promise.all(halves.map(async (slice) => tuples(give(snapshot, relation, slice))));
      expect(found.map((half) => half.length)).toEqual([15_000, 15_000]);
      expect(new Set(found.flat().map(([id]) => id?.readBigInt64BE())).size).toBe(30_000);
      return;
    }
  });

  it('gives slices through its own session where another one would see something else', async () => {
    await using opened = await server.open(
      ['CREATE TABLE a (id bigint PRIMARY KEY)', 'INSERT INTO a SELECT seq FROM seq_1_to_50'],
      { role: 'source' },
    );
    const relation = await opened.relation('a');
    await using snapshot = await opened.system.reads.snapshot();
    await opened.plain.connection.query('INSERT INTO a VALUES (51)');
    expect(await snapshot.exports!.slicesAtOnceMax!()).toBe(1);
    const both = await Promise.all([tuples(give(snapshot, relation)), tuples(give(snapshot, relation))]);
    expect(both.map((found) => found.length)).toEqual([50, 50]);
  });

  it('lets the server wait for whoever takes the bytes', async () => {
    await using opened = await server.open(
      [
        'CREATE TABLE a (id bigint PRIMARY KEY, t text)',
        "INSERT INTO a SELECT seq, repeat('y', 300) FROM seq_1_to_40000",
      ],
      { role: 'source' },
    );
    const relation = await opened.relation('a');
    await using snapshot = await opened.system.reads.snapshot();
    const slowly = async function* (): AsyncGenerator<Uint8Array> {
      for await (const chunk of give(snapshot, relation)) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        yield chunk;
      }
    };
    const found = await tuples(slowly());
    expect(found).toHaveLength(40_000);
    expect(ids(found).at(-1)).toBe(40_000n);
  });

  it('leaves the snapshot to others, also when nobody takes the rest', async () => {
    await using opened = await server.open(
      ['CREATE TABLE a (id bigint PRIMARY KEY)', 'INSERT INTO a SELECT seq FROM seq_1_to_200000'],
      { role: 'source' },
    );
    const relation = await opened.relation('a');
    await using snapshot = await opened.system.reads.snapshot();
    for await (const _first of give(snapshot, relation)) break;
    const [counted, exported] = await Promise.all([
      snapshot.count(relation),
      tuples(give(snapshot, relation, { ...whole, upTo: ['5'] })),
    ]);
    expect(counted).toBe('200000');
    expect(ids(exported)).toEqual([1n, 2n, 3n, 4n, 5n]);
  });

  it.each([
    ['d date', "'2024-02-00'"],
    ['d datetime', "'0000-00-00'"],
    ['d time', "'25:00:00'"],
    ['d varchar(9) CHARACTER SET cp1250', "_cp1250 X'81'"],
  ])('does not give what is no value, %s %s, whether it is loaded or not', async (column, value) => {
    await using opened = await server.open(
      [
        `CREATE TABLE a (id bigint PRIMARY KEY, ${column})`,
        "SET sql_mode = ''",
        `INSERT INTO a VALUES (1, NULL), (2, ${value})`,
      ],
      { role: 'source' },
    );
    const relation = await opened.relation('a');
    await using snapshot = await opened.system.reads.snapshot();
    for (const names of [['id', 'd'], ['id']])
      await expect(
        tuples(snapshot.exports!.export(relation, whole, load(relation, names))),
      ).rejects.toMatchObject({ code: 'bulk.not-certain', fate: 'never' });
    expect(ids(await tuples(give(snapshot, relation, { ...whole, upTo: ['1'] })))).toEqual([1n]);
  });

  it.each(['UTC', 'Europe/Berlin', '-03:30'])(
    'reads local times as those of %s, as the mapping language does',
    async (zone) => {
      await loadGrammar();
      const moments = [
        '0001-01-01 00:00:00',
        '1969-12-31 23:59:59.999999',
        '2024-03-31 02:30:00',
        '2024-10-27 02:30:00.5',
        '2026-07-01 12:00:00',
        '9999-12-31 23:59:59.999999',
      ];
      await using opened = await server.open(
        [
          'CREATE TABLE a (id bigint PRIMARY KEY, d datetime(6))',
          ...moments.map((moment, at) => `INSERT INTO a VALUES (${at}, '${moment}')`),
          'INSERT INTO a VALUES (100, NULL)',
        ],
        { role: 'source' },
      );
      const relation = await opened.relation('a');
      const [id, field] = relation.fields as [Field, Field];
      const type = { kind: 'instant', fractionDigits: 6 } as const;
      const read = { kind: 'read' as const, field, type, nullText: null, zone };
      const of: BulkLoad = {
        format: 'postgres-binary-encoded',
        fields: [
          { source: { kind: 'field', field: id }, target: id, exportAs: null },
          { source: read, target: { ...field, type }, exportAs: null },
        ],
      };
      const program = compileExpression(`d at time zone '${zone}'`, {
        fields: relation.fields,
        lookups: new Map(),
      });
      expect(program.reading).toEqual({ field: 'd', type, nullText: null, zone });
      await using snapshot = await opened.system.reads.snapshot();
      const found = await tuples(snapshot.exports!.export(relation, whole, of));
      const expected = [...moments, null].map((moment) => {
        const text = program.evaluate([null, moment], { lookup: () => undefined, mask: (some) => some });
        if (text === null) return null;
        const out = new CopyChunk();
        expect(valueEncoder(type, type, false)!(out, Buffer.from(String(text)), 0, String(text).length)).toBe(
          true,
        );
        return out.take().subarray(4);
      });
      expect(found.map(([, value]) => value)).toEqual(expected);
    },
  );

  it('a server that goes away ends it with an error', async () => {
    await using opened = await server.open(
      [
        'CREATE TABLE a (id bigint PRIMARY KEY, t text)',
        "INSERT INTO a SELECT seq, repeat('y', 300) FROM seq_1_to_40000",
      ],
      { role: 'source' },
    );
    const relation = await opened.relation('a');
    await using snapshot = await opened.system.reads.snapshot();
    const broken = async (): Promise<void> => {
      for await (const _chunk of give(snapshot, relation)) {
        const sessions = await opened.plain.ask(
          'SELECT ID FROM information_schema.PROCESSLIST WHERE DB = database() AND ID <> connection_id()',
        );
        for (const [id] of sessions) await opened.plain.connection.query(`KILL ${id}`).catch(() => undefined);
      }
    };
    await expect(broken()).rejects.toMatchObject({ fate: 'later' });
    await expect(snapshot.count(relation)).rejects.toMatchObject({ code: 'mysql.snapshot-lost' });
  });
});
