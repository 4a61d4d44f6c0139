import { expect, it } from 'vitest';
import { describeFieldType, type FieldType, recordKey, Secret } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import { nativeTypeFor } from './neutral-types.ts';
import { onEachServer } from './on-each-server.contract.ts';
import { postgres } from './open.ts';
import { allOf, readWhole, whole, writeOne } from './opened-schema.contract.ts';

/** Column type, what it is to the model, and values as the server spells them. */
const types: readonly (readonly [native: string, model: string, ...values: string[]])[] = [
  ['boolean', 'boolean', 't', 'f'],
  ['smallint', 'integer 16', '-32768', '32767'],
  ['integer', 'integer 32', '-2147483648', '2147483647'],
  ['bigint', 'integer 64', '-9223372036854775808', '9007199254740993'],
  ['oid', 'unsigned integer 32', '4294967295'],
  ['numeric', 'decimal', '123.4500', '-0.00000000000000000001', 'NaN', 'Infinity', '1e50'],
  ['numeric(10,2)', 'decimal(10,2)', '12345678.90', '-0.01'],
  ['numeric(3,-2)', 'decimal(3,-2)', '12300'],
  ['real', 'float 32', '1.1', '-0', 'NaN', 'Infinity', '1e-45'],
  ['double precision', 'float 64', '0.1', '-0', '-Infinity', '5e-324', '1.7976931348623157e+308'],
  ['money', 'postgres money', '-12.34', '92233720368547758.07'],
  ['text', 'text', '', ' ', 'null', '\\N', 'a\tb\nc\\', '💥', "it's"],
  ['character varying(5)', 'text(5)', 'ab  ', '💥💥💥💥💥'],
  ['character(3)', 'padded text(3)', 'a', 'abc'],
  ['name', 'postgres name', 'x'],
  ['"char"', 'postgres "char"', 'x'],
  ['bytea', 'bytes', '\\x', '\\x00ff0a095c'],
  ['date', 'date', '2026-11-20', '0044-03-15 BC', '5874897-12-31', 'infinity', '-infinity'],
  ['time(3)', 'time(3)', '24:00:00', '13:45:00.5'],
  ['time with time zone', 'zoned time(6)', '13:45:00.000001+05:30', '00:00:00-15:59'],
  ['timestamp(3)', 'timestamp(3)', '2026-11-20 13:45:00.5', '294276-12-31 23:59:59.999', 'infinity'],
  ['timestamptz', 'instant(6)', '2026-11-20 12:45:00.123456+00', '0044-03-15 00:00:00+00 BC', '-infinity'],
  ['interval', 'interval', '1 year 2 mons -3 days +04:05:06.5', '00:00:00', '-178000000 years'],
  ['uuid', 'uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ['json', 'json', '{"a" : 1.0000000000000000001,  "a":2}', 'null', '"\\u0000"'],
  ['jsonb', 'jsonb', '{"a": 1.0000000000000000001, "b": [null, "\\"\\\\"]}'],
  ['xml', 'postgres xml', '<a b="c">d</a>'],
  ['inet', 'postgres inet', '10.1.2.3/24', '::1'],
  ['cidr', 'postgres cidr', '10.0.0.0/8'],
  ['macaddr', 'postgres macaddr', '08:00:2b:01:02:03'],
  ['bit(3)', 'postgres bit(3)', '101'],
  ['bit varying(9)', 'postgres bit varying(9)', '', '10111'],
  ['int4range', 'postgres int4range', '[1,5)', 'empty', '(,3)'],
  ['tstzrange', 'postgres tstzrange', '["2020-01-01 00:00:00+00",)'],
  ['int4multirange', 'postgres int4multirange', '{[1,3),[5,7)}', '{}'],
  ['tsvector', 'postgres tsvector', "'cat':3 'it''s':1A"],
  ['tsquery', 'postgres tsquery', "'a' & !'b'"],
  ['point', 'postgres point', '(1.5,-2)'],
  ['box', 'postgres box', '(1,1),(0,0)'],
  ['pg_lsn', 'postgres pg_lsn', '16/B374D848'],
  ['integer[]', 'list of integer 32', '{}', '{1,NULL,-3}', '{{1,2},{3,4}}'],
  ['text[]', 'list of text', '{"","NULL",NULL,"a,b","{x}","q\\"u\\\\o"}', '{{{a},{b}}}'],
  ['boolean[]', 'list of boolean', '{t,f,NULL}'],
  ['bytea[]', 'list of bytes', '{"\\\\x00ff","\\\\x"}'],
  ['numeric(5,1)[]', 'list of decimal(5,1)', '{1.5,NaN}'],
  ['box[]', 'list of postgres box', '{(1,1),(0,0);(3,3),(2,2)}'],
  ['jsonb[]', 'list of jsonb', '{"{\\"a\\": [1, 2]}",NULL}'],
  ['timestamptz[]', 'list of instant(6)', '{"2026-11-20 12:45:00+00"}'],
  ['mood', 'enum mood', 'so "so"', 'happy'],
  ['mood[]', 'list of enum mood', '{"so \\"so\\"",happy}'],
  ['email', 'text(40)', 'a@b'],
  ['email[]', 'list of text(40)', '{a@b}'],
  ['short_list', 'list of integer 32', '{1,2}'],
  ['pair', 'postgres pair', '(1,"a b")', '(,)'],
  ['pair[]', 'list of postgres pair', '{"(1,\\"a b\\")","(,)"}'],
  ['odd_range', 'postgres odd_range', '[1.5,2.5)'],
];

const definitions = `
  CREATE TYPE mood AS ENUM ('sad', 'so "so"', 'happy');
  CREATE DOMAIN email AS varchar(40) CHECK (value LIKE '%@%');
  CREATE DOMAIN short_list AS integer[] CHECK (cardinality(value) < 4);
  CREATE TYPE pair AS (number integer, word text);
  CREATE TYPE odd_range AS RANGE (SUBTYPE = numeric);`;

const oddSettings = {
  DateStyle: "'German'",
  TimeZone: "'Asia/Tokyo'",
  IntervalStyle: 'iso_8601',
  bytea_output: 'escape',
  extra_float_digits: '-5',
  standard_conforming_strings: 'off',
  search_path: "'nowhere'",
};

const columns = types.map(([native], at) => `c${at} ${native}`).join(', ');

onEachServer('every type', (server) => {
  it('is known to the model, is read exactly, and comes back the same through a write', async () => {
    await using opened =
      await server.open(`${definitions} CREATE TABLE a (id integer PRIMARY KEY, ${columns});
      CREATE TABLE b (LIKE a INCLUDING ALL)`);
    let id = 0;
    for (const [at, [, , ...values]] of types.entries())
      for (const value of values)
        await opened.client.query(`INSERT INTO a (id, c${at}) VALUES ($1, $2)`, [(id += 1), value]);
    const relation = await opened.relation('a');
    for (const [at, [native, model]] of types.entries())
      expect([native, describeFieldType(relation.fields[at + 1]!.type)]).toEqual([native, model]);
    const { rows, bad, fields } = await readWhole(opened.system, relation);
    expect([rows.length, bad]).toEqual([id, []]);
    const written = await writeOne(opened.system, await opened.relation('b'), { fields, rows });
    expect(written.refused).toEqual([]);
    expect(await opened.ask('SELECT a::text FROM a ORDER BY id')).toEqual(
      await opened.ask('SELECT b::text FROM b ORDER BY id'),
    );
    const again = await readWhole(opened.system, await opened.relation('b'));
    expect(again.rows).toEqual(rows);
  });

  it('has the canonical form of the model, whatever the role has set', async () => {
    await using opened =
      await server.open(`CREATE TABLE a (flag boolean, raw bytea, at timestamptz, days date, list text[][], none text, cost money);
      INSERT INTO a VALUES (true, '\\x00', '2026-11-20 12:00:00+00', '2026-11-20', '{{a,NULL}}', NULL, 1.5)`);
    const role = `odd_${server.database()}`;
    await opened.client.query(`CREATE ROLE ${role} SUPERUSER LOGIN PASSWORD 'odd'`);
    for (const [name, value] of Object.entries(oddSettings))
      await opened.client.query(`ALTER ROLE ${role} SET ${name} = ${value}`);
    const address = { ...opened.address, user: role, password: new Secret('odd') };
    await using system = await postgres.open(address, contextFor('source'));
    const { rows } = await readWhole(system, await opened.relation('a'));
    expect(rows[0]?.slice(0, -1)).toEqual([
      true,
      Uint8Array.of(0),
      '2026-11-20 12:00:00+00',
      '2026-11-20',
      [['a', null]],
      null,
      '$1.50',
    ]);
  });

  it('with another first index is a bad record, never rebased', async () => {
    await using opened = await server.open(`CREATE TABLE a (id integer PRIMARY KEY, list integer[]);
      INSERT INTO a VALUES (1, '{1,2}'), (2, '[0:1]={1,2}'), (3, '[2:2][1:1]={{1}}')`);
    const relation = await opened.relation('a');
    const { rows, bad } = await readWhole(opened.system, relation);
    expect(rows).toEqual([['1', ['1', '2']]]);
    expect(bad.map(({ key, code, field }) => [key, code, field])).toEqual([
      [['2'], 'postgres.array-bounds', 'list'],
      [['3'], 'postgres.array-bounds', 'list'],
    ]);
    expect(bad[0]?.where).toContain(recordKey(['2']));
    expect(Buffer.from(bad[0]!.original).toString()).toBe('2\t[0:1]={1,2}');
    await using snapshot = await opened.system.reads.snapshot();
    expect(await snapshot.count(relation)).toBe('3');
  });

  it('of other systems gets a column that holds its values', async () => {
    const neutral: readonly (readonly [FieldType, string])[] = [
      [{ kind: 'integer', bits: 8, signed: false }, 'smallint'],
      [{ kind: 'integer', bits: 16, signed: false }, 'integer'],
      [{ kind: 'integer', bits: 24, signed: true }, 'integer'],
      [{ kind: 'integer', bits: 32, signed: false }, 'bigint'],
      [{ kind: 'integer', bits: 64, signed: false }, 'numeric(20,0)'],
      [{ kind: 'text', charactersMax: 255, padded: false }, 'character varying(255)'],
      [{ kind: 'text', charactersMax: 90_000_000, padded: false }, 'text'],
      [{ kind: 'time', zoned: true, fractionDigits: 3 }, 'time(3) with time zone'],
      [{ kind: 'instant', fractionDigits: 9 }, 'timestamp(6) with time zone'],
      [{ kind: 'list', of: { kind: 'list', of: { kind: 'uuid' } } }, 'uuid[]'],
      [{ kind: 'any' }, 'text'],
      [{ kind: 'native', engine: 'mysql', name: 'geometry' }, 'text'],
    ];
    for (const [type, native] of neutral) expect(nativeTypeFor(type)).toBe(native);
    await using opened = await server.open(
      `CREATE TABLE a (${neutral.map(([, native], at) => `c${at} ${native}`).join(', ')})`,
    );
    expect((await opened.relation('a')).fields.length).toBe(neutral.length + 1);
  });

  it('of an extension is cut as its index orders it, and found by its exact text', async () => {
    await using opened = await server.open(`CREATE EXTENSION IF NOT EXISTS citext SCHEMA public;
      CREATE EXTENSION IF NOT EXISTS hstore SCHEMA public; SET search_path = public;`);
    await opened.client.query(
      `CREATE TABLE ${opened.client.escapeIdentifier(opened.address.schema)}.a (k citext PRIMARY KEY, h hstore)`,
    );
    await opened.client.query(`INSERT INTO ${opened.client.escapeIdentifier(opened.address.schema)}.a
      SELECT w, 'a=>1' FROM unnest(ARRAY['a', 'B', 'c', 'D', 'é', 'Z']) AS w`);
    const relation = await opened.relation('a');
    expect(relation.fields.map(({ type }) => describeFieldType(type))).toEqual(['text', 'postgres hstore']);
    await using snapshot = await opened.system.reads.snapshot();
    const keys: unknown[] = [];
    for await (const slice of snapshot.split(relation, 2))
      keys.push((await allOf(snapshot.read(relation, slice))).rows.map(([key]) => key));
    expect(keys).toEqual([
      ['a', 'B'],
      ['c', 'D'],
      ['é', 'Z'],
    ]);
    expect((await allOf(snapshot.fetch(relation, ['k'], [['b'], ['a']]))).rows.map(([key]) => key)).toEqual([
      'a',
    ]);
    expect((await allOf(snapshot.fetch(relation, ['h'], [['"a"=>"1"']]))).rows.length).toBe(6);
    expect((await allOf(snapshot.read(relation, whole))).rows.length).toBe(6);
  });
});
