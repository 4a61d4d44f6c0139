import { expect, it } from 'vitest';
import type { Row } from '../../model/index.ts';
import { onEachServer } from './on-each-server.contract.ts';
import { undoOne, writeOne } from './opened-database.contract.ts';

onEachServer('changing records that are there', (server) => {
  it('changes many records in one statement to exactly what they were given, whatever the others are', async () => {
    await using opened = await server.open([
      `CREATE TABLE a (id int PRIMARY KEY, n decimal(65,30), big bigint unsigned, d double, f float, t longtext, west varchar(9) CHARACTER SET latin1,
        b longblob, bits bit(9), flag bit(1), e enum('1','two','') COLLATE utf8mb4_bin, s set('p','q'), at datetime(6), clock time(6), y year,
        j longtext CHECK (json_valid(j)), g point, h int AS (id + 1) STORED)`,
      'INSERT INTO a (id) SELECT seq FROM seq_1_to_6',
    ]);
    const relation = await opened.relation('a');
    const fields = relation.fields
      .filter(({ generated }) => generated !== 'computed')
      .map(({ name }) => name);
    const rest = fields.length - 1;
    const rows: Row[] = [
      [
        '1',
        '12345678901234567890123456789012345',
        '18446744073709551615',
        '5e-324',
        '0.1',
        'x'.repeat(70_000),
        'é',
        Uint8Array.of(0, 39, 92, 255),
        '000000001',
        true,
        '1',
        'p,q',
        '9999-12-31 23:59:59.999999',
        '24:00:00',
        '0',
        '{"a":1.10}',
        '000000000101000000000000000000f03f0000000000000040',
      ],
      [
        '2',
        '0.000000000000000000000000000001',
        '0',
        '-1.7976931348623157e+308',
        '-3.4028235e+38',
        "it's \\ \n\0",
        '',
        new Uint8Array(),
        '100000000',
        false,
        'two',
        '',
        '0001-01-01 00:00:00',
        '00:00:00.000001',
        '2155',
        'null',
        null,
      ],
      ['3', ...Array.from({ length: rest }, () => null)],
      [
        '4',
        '-12345678901234567890123456789012345.000000000000000000000000000001',
        '7',
        '1',
        '16777217',
        '007',
        '007',
        Uint8Array.of(48),
        '111111111',
        null,
        null,
        'q',
        null,
        null,
        '1901',
        '"\\u00e9"',
        null,
      ],
      [
        '5',
        '12.30',
        null,
        '0.1',
        null,
        '1e5',
        '1e5',
        null,
        null,
        true,
        '1',
        null,
        '2026-11-21 10:00:00.5',
        '10:00:00',
        null,
        '[]',
        null,
      ],
    ];
    await writeOne(opened.system, relation, { mode: 'upsert', key: ['id'], fields, rows });
    await opened.plain.connection.query('CREATE TABLE c LIKE a');
    await writeOne(opened.system, await opened.relation('c'), { step: 'one', fields, rows });
    const columns = fields.map((name) =>
      name === 'g' ? 'HEX(g)' : name === 'f' ? 'f + 0e0' : `\`${name}\``,
    );
    const content = (table: string): string =>
      `SELECT ${columns.join(', ')} FROM ${table} WHERE id < 6 ORDER BY id`;
    const upserted = await opened.plain.ask(content('a'));
    expect(upserted).toEqual(await opened.plain.ask(content('c')));
    expect(upserted[3]?.[1]).toBe('-12345678901234567890123456789012345.000000000000000000000000000001');
    expect(await undoOne(opened.system, relation)).toMatchObject({ rowsRestored: 5, refused: [] });
    expect(
      await opened.plain.ask('SELECT count(*) FROM a WHERE n IS NULL AND t IS NULL AND g IS NULL'),
    ).toEqual([['6']]);
  });

  it('of many changed records keeps back only those that cannot be', async () => {
    await using opened = await server.open([
      'CREATE TABLE a (id int PRIMARY KEY, word varchar(9) UNIQUE, n tinyint CHECK (n <> 13))',
      'INSERT INTO a SELECT seq, seq, 0 FROM seq_1_to_600',
    ]);
    const relation = await opened.relation('a');
    const rows: Row[] = Array.from({ length: 600 }, (_none, at) => [
      String(at + 1),
      at === 300 ? '5' : `w${at + 1}`,
      at === 7 ? '13' : at === 500 ? '999' : '1',
    ]);
    const { refused } = await writeOne(opened.system, relation, {
      mode: 'update',
      key: ['id'],
      fields: ['id', 'word', 'n'],
      rows: rows.reverse(),
    });
    expect(refused.map(({ row, code }) => [row[0], code]).sort(([a], [b]) => Number(a) - Number(b))).toEqual([
      ['8', 'target.check'],
      ['301', 'target.unique'],
      ['501', 'target.type'],
    ]);
    expect(await opened.plain.ask("SELECT count(*) FROM a WHERE n = 1 AND word LIKE 'w%'")).toEqual([
      ['597'],
    ]);
  });
});
