import { expect, it } from 'vitest';
import type { Value } from '../../model/index.ts';
import { onEachServer } from './on-each-server.contract.ts';
import { writeOne } from './opened-database.contract.ts';

/** Column type, values it keeps, and values its type allows and it does not keep. */
const fields: readonly (readonly [native: string, kept: readonly Value[], refused: readonly Value[]])[] = [
  ['double', ['1e+300', '-0.5'], ['NaN', 'Infinity', '-0']],
  ['date', ['0001-01-01', '9999-12-31'], ['10000-01-01', '0044-03-15 BC', '-infinity']],
  [
    'timestamp(6) NULL',
    ['1970-01-01 00:00:01+00', '2038-01-19 03:14:07.999999+00'],
    ['1970-01-01 00:00:00+00', '2106-02-07 06:28:16+00', '0044-03-15 00:00:00+00 BC', 'infinity'],
  ],
  ['varchar(9) CHARACTER SET latin1', ['é€', 'plain'], ['ж', '東京', '💥']],
  ['varchar(9) CHARACTER SET utf8mb3', ['東京'], ['💥']],
  ['tinytext', ['é'.repeat(127)], ['é'.repeat(128)]],
  ['binary(3)', [Uint8Array.of(1, 2, 3)], [Uint8Array.of(1)]],
  ['year', ['1901', '0'], ['1900', '2156', '70']],
];

/** Types and checks that only MariaDB has. */
const mariadbFields: typeof fields = [
  ['uuid', ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'], ['c52510c0-993c-82b4-2105-46010cbc8d4c']],
  ['inet6', ['::1'], ['nowhere', '::0001', '10.0.0.1']],
  ['point', ['000000000101000000000000000000f03f0000000000000040'], ['00', 'nowhere']],
  ['json', ['{"a" : 1}', '['.repeat(9) + ']'.repeat(9)], ['{"a":', '['.repeat(40) + ']'.repeat(40)]],
];

onEachServer('what a field holds', (server) => {
  it('is told before a record is written, and what is told is what becomes of it', async () => {
    await using probe = await server.open([]);
    const [[version] = []] = await probe.plain.ask('SELECT version()');
    const tried = /mariadb/i.test(String(version)) ? [...fields, ...mariadbFields] : fields;
    for (const [native, kept, refused] of tried) {
      await using opened = await server.open([`CREATE TABLE a (id int PRIMARY KEY, c ${native})`]);
      const relation = await opened.relation('a');
      const holds = opened.system.inspects.holds(relation.fields[1]!, false)!;
      const values = [...kept, ...refused];
      await holds.ask?.(values);
      expect([native, values.filter((value) => holds.refusal(value) !== null)]).toEqual([native, refused]);
      const rows = values.map((value, at) => [String(at), value]);
      const written = await writeOne(opened.system, relation, { fields: ['id', 'c'], rows });
      expect([native, written.refused.map(({ row }) => row[1])]).toEqual([native, refused]);
    }
  });

  it('counts by the type alone where the relation is still to be created', async () => {
    await using opened = await server.open(['CREATE TABLE a (id int PRIMARY KEY, c datetime)']);
    const [, field] = (await opened.relation('a')).fields;
    const planned = {
      ...field!,
      native: 'timestamp without time zone',
      type: { kind: 'timestamp', fractionDigits: 3 },
    } as const;
    const holds = opened.system.inspects.holds(planned, true)!;
    expect(holds.refusal('2026-11-21 10:00:00.123')).toBe(null);
    expect(holds.refusal('infinity')).toContain('does not hold it');
  });
});
