import fc from 'fast-check';
import { from as copyFrom } from 'pg-copy-streams';
import { expect, it } from 'vitest';
import type { FieldType } from '../../model/index.ts';
import { onEachServer } from '../postgres/on-each-server.contract.ts';
import type { OpenedSchema } from '../postgres/opened-schema.contract.ts';
import { CopyChunk, valueEncoder } from './index.ts';

/**
 * Every encoder against the server itself: what it writes is stored as the server stores the same text, and what the server
 * refuses is refused by one of the two. GODWIT_PROVE=1 for more values, GODWIT_SEED to repeat.
 */
const values = process.env['GODWIT_PROVE'] === '1' ? 20_000 : 200;
const seed = Number(process.env['GODWIT_SEED'] ?? Date.now() % 1_000_000);

interface Column {
  readonly sql: string;
  /** Values that must not be refused. */
  readonly sure: fc.Arbitrary<string>;
  /** Texts beside them, which may be none of the type. */
  readonly odd?: readonly string[];
}

const int = (bits: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      fc.bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n }),
      fc.constantFrom(-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n, 0n, -1n),
      fc.bigInt({ min: -1000n, max: 1000n }),
    )
    .map(String);
const beyond = [
  '',
  '-',
  '+1',
  ' 1',
  '1 ',
  '1.0',
  '0x10',
  '1_000',
  '007',
  '-0',
  '99999999999999999999',
  '-9223372036854775809',
  '2147483648',
  '-32769',
  '9999999999999999',
  '123456789012345',
  '1234567890123456',
  'é',
];
const digitsOf = (least: number, most: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most }).map((all) => all.join(''));
const decimal = (whole: number, scale: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom('', '-'), digitsOf(0, whole), digitsOf(0, scale), fc.integer({ min: 0, max: 9 }))
    .map(([sign, before, behind, lead]) => {
      const start = before.replace(/^0+/, '') || String(whole > 0 ? lead : 0);
      return `${sign}${start}${behind === '' ? '' : `.${behind}`}`;
    });
const oddDecimals = [
  ...beyond,
  '.5',
  '5.',
  '.',
  '-.',
  '1e5',
  'NaN',
  'nan',
  'Infinity',
  '00012.50',
  '-0.00',
  '10000',
  '99990000',
  '0.0001',
  '0.00010000',
  '10000.0001',
  '1000000000000000000000000000000.1',
  '1.2.3',
  '99999999999.99',
  '123456789.123',
];
const padded = (number: number, width: number): string => String(number).padStart(width, '0');
const date = fc
  .tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([year, month, day]) => `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`);
const clock = (fraction: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 0, max: 59 }),
      fc.integer({ min: 0, max: 59 }),
      digitsOf(0, fraction),
    )
    .map(([h, m, s, f]) => `${padded(h, 2)}:${padded(m, 2)}:${padded(s, 2)}${f === '' ? '' : `.${f}`}`);
const stamp = (fraction: number, behind: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(date, fc.constantFrom(' ', 'T'), clock(fraction), fc.constantFrom(...behind))
    .map(([day, between, time, zone]) => `${day}${between}${time}${zone}`);
const oddDates = [
  'infinity',
  '-infinity',
  '2024-02-30',
  '2023-02-29',
  '2000-02-29',
  '1900-02-29',
  '0044-03-15 BC',
  '0001-02-29 BC',
  '0005-02-29 BC',
  '4713-11-24 BC',
  '4714-11-24 BC',
  '4714-11-23 BC',
  '5874897-12-31',
  '5874898-01-01',
  '9999999-01-01',
  '12345-06-07',
  '0000-01-01',
  '2024-13-01',
  '2024-1-1',
  '20240101',
  '2024-01-01x',
  '',
  'today',
  '2024-01-01 BCE',
  '1582-10-10',
];
const oddTimes = [
  '24:00:00',
  '24:00:00.000001',
  '23:59:60',
  '12:34',
  '12:34:56.',
  '12:34:56.1234567',
  '1:2:3',
  '25:00:00',
  '12:60:00',
  'noon',
  '12:34:56+02',
  '00:00:00.1',
];
const oddStamps = [
  'infinity',
  '-infinity',
  '294276-12-31 23:59:59.999999',
  '294277-01-01 00:00:00',
  '4713-01-01 00:00:00 BC',
  '4714-11-24 00:00:00 BC',
  '4714-11-23 23:59:59 BC',
  '2024-02-30 00:00:00',
  '2024-01-01',
  '2024-01-01 24:00:00',
  '2024-01-01  10:00:00',
  '2024-01-01 10:00',
  '1700-01-01 00:00:00.000001',
  '2300-12-31 23:59:59.999999',
  '0001-01-01 00:00:00',
  'now',
];
const zoned = (zone: string): string[] => oddStamps.map((text) => text.replace(/( BC)?$/, `${zone}$1`));
const text = fc
  .string({ unit: 'binary', maxLength: 40 })
  .filter((some) => !some.includes('\0') && some.isWellFormed());
const json = fc.json({ maxDepth: 3 });

const columns: readonly Column[] = [
  {
    sql: 'boolean',
    sure: fc.constantFrom('true', 'false', 't', 'f', '1', '0', 'yes', 'no', 'on', 'off'),
    odd: ['', 'TRUE', 'tr', '2', ' t'],
  },
  { sql: 'smallint', sure: int(16), odd: beyond },
  { sql: 'integer', sure: int(32), odd: beyond },
  { sql: 'bigint', sure: int(64), odd: beyond },
  { sql: 'oid', sure: fc.integer({ min: 0, max: 4_294_967_295 }).map(String), odd: beyond },
  { sql: 'numeric', sure: decimal(40, 30), odd: oddDecimals },
  { sql: 'numeric(12,2)', sure: decimal(10, 2), odd: oddDecimals },
  { sql: 'numeric(3,3)', sure: decimal(0, 3), odd: oddDecimals },
  { sql: 'numeric(20,0)', sure: decimal(20, 0), odd: oddDecimals },
  { sql: 'numeric(65,30)', sure: decimal(35, 30), odd: oddDecimals },
  {
    sql: 'double precision',
    sure: fc.double().map((d) => String(d).replace('-0', '0')),
    odd: [
      '-0',
      '1e400',
      '1e-400',
      '5e-324',
      '2e-324',
      '1.7976931348623157e308',
      '0e999',
      '0x1p3',
      'inf',
      'nan',
      '',
      '1.',
      '.5',
    ],
  },
  {
    sql: 'real',
    sure: fc
      .float({ noDefaultInfinity: true, noNaN: true })
      .filter((f) => f === 0 || Math.abs(f) >= 2 ** -126)
      .map((f) => String(Math.fround(f)).replace('-0', '0')),
    odd: [
      '1.000000059604644775390625',
      '1.00000005960464478',
      '3.4028236e38',
      '1e39',
      '1e-45',
      '1.4e-45',
      '16777217',
      '0.1',
      '-Infinity',
      '1e-46',
      '33554433.0000000000000001',
    ],
  },
  { sql: 'text', sure: text, odd: ['a\0b', '', '\u{10ffff}'] },
  {
    sql: 'varchar(7)',
    sure: fc
      .string({ unit: 'binary', maxLength: 5 })
      .filter((some) => !some.includes('\0') && some.isWellFormed()),
    odd: [
      '1234567',
      '12345678',
      '1234567 ',
      'äöüßéèê',
      '🐦🐦🐦🐦🐦🐦🐦',
      '🐦🐦🐦🐦🐦🐦🐦🐦',
      '       ',
      '        ',
    ],
  },
  {
    sql: 'char(4)',
    sure: fc.string({ unit: 'grapheme-ascii', maxLength: 4 }),
    odd: ['a', 'ab  ', 'abcd ', 'äöüß', 'abcde'],
  },
  {
    sql: 'bytea',
    sure: fc.uint8Array({ maxLength: 40 }).map((bytes) => `\\x${Buffer.from(bytes).toString('hex')}`),
    odd: ['\\x', '\\xf', '\\xzz', '\\x 00', 'abc', '\\\\', '\\xFFaB', ''],
  },
  { sql: 'date', sure: date, odd: oddDates },
  { sql: 'time', sure: clock(6), odd: oddTimes },
  { sql: 'time(3)', sure: clock(3), odd: [...oddTimes, '12:34:56.1239'] },
  { sql: 'timestamp', sure: stamp(6, ['']), odd: [...oddStamps, ...zoned('+00')] },
  { sql: 'timestamp(0)', sure: stamp(0, ['']), odd: oddStamps },
  {
    sql: 'timestamptz',
    sure: stamp(6, ['+00', 'Z', '+02', '-03:30', '+15:59', '-15']),
    odd: [
      ...oddStamps,
      ...zoned('+00'),
      ...zoned('-15:59'),
      '2024-01-01 00:00:00+16',
      '2024-01-01 00:00:00+1',
      '2024-01-01 00:00:00+0130',
      '2024-01-01 00:00:00 +01',
      '2024-01-01 00:00:00+01:60',
    ],
  },
  {
    sql: 'uuid',
    sure: fc.uuid(),
    odd: [
      'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11',
      'a0eebc999c0b4ef8bb6d6bb9bd380a11',
      'a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11',
      '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}',
      '',
      'g0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
      'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1-',
    ],
  },
  { sql: 'json', sure: json, odd: ['{', '', '{"a": 1,  "a": 2}', '"\\u0000"', 'NaN', ' [1] '] },
  {
    sql: 'jsonb',
    sure: json.filter((some) => !some.includes('\\u0000') && !/\\ud[89a-f]/i.test(some)),
    odd: [
      '{',
      '',
      '{"b": 1,  "a": 2, "b": 3}',
      '"\\u0000"',
      '"\\ud800"',
      '1.10',
      '1e400',
      '{"n": 123456789012345678901234567890.10}',
    ],
  },
  { sql: 'mood', sure: fc.constantFrom('good', 'so, so', 'ünï'), odd: ['bad', '', 'Good', 'good '] },
  { sql: 'grade', sure: fc.constantFrom('1', '9', '-5'), odd: ['10', '11', 'x'] },
];

/** The text as which the server gives it back; null where it refuses it. */
async function storedAs(target: OpenedSchema, texts: readonly string[]): Promise<(string | null)[]> {
  const rows = await target.client.query<{ stored: string | null }>(
    `SELECT pg_temp.stored(t) AS stored FROM unnest($1::text[]) WITH ORDINALITY AS u(t, n) ORDER BY n`,
    [texts],
  );
  return rows.rows.map(({ stored }) => stored);
}

async function load(target: OpenedSchema, tuples: Buffer, count: number): Promise<void> {
  const chunk = new CopyChunk();
  chunk.header();
  const [head, tail] = [Buffer.from(chunk.take()), new CopyChunk()];
  tail.trailer();
  await new Promise<void>((resolve, reject) => {
    const sink = target.client.query(copyFrom('COPY loaded (n, x) FROM STDIN (FORMAT binary)'));
    sink.on('error', reject);
    sink.on('finish', () =>
      sink.rowCount === count ? resolve() : reject(new Error(`${sink.rowCount} of ${count}`)),
    );
    sink.end(Buffer.concat([head, tuples, tail.take()]));
  });
}

/** What may stand behind a value: the beginning of the next one. */
const behind = '9.5:00|-663|+02|.5| BC|:30|e5|Z|t|\\x|T10:00:00|\n|'.split('|');

function tupleOf(type: FieldType, at: number, bytes: Buffer, next = behind[0]): Buffer | null {
  const chunk = new CopyChunk(64);
  chunk.tuple(2);
  chunk.begin(4);
  chunk.int32(at);
  const [before] = [chunk.at];
  const encode = valueEncoder(type, type, true);
  if (encode === null) throw new Error(`no encoder for ${type.kind}`);
  // In the middle of other bytes, as a field stands in a record.
  const around = Buffer.concat([Buffer.from('9.-x'), bytes, Buffer.from(next ?? '')]);
  if (!encode(chunk, around, 4, 4 + bytes.length)) return null;
  if (chunk.bytes.readInt32BE(before) !== chunk.at - before - 4) throw new Error('the length is wrong');
  return Buffer.from(chunk.take());
}

onEachServer('binary copy', (server) => {
  it.each(columns)(
    `$sql: stored as the server stores the text (GODWIT_SEED=${seed})`,
    async ({ sql, sure, odd = [] }) => {
      await using target = await server.open(
        `CREATE TYPE mood AS ENUM ('good', 'so, so', 'ünï'); CREATE DOMAIN grade AS smallint CHECK (value < 10); CREATE TABLE loaded (n integer, x ${sql});
       CREATE TABLE typed (x ${sql});
       CREATE FUNCTION pg_temp.stored(given text) RETURNS text LANGUAGE plpgsql AS $$
         DECLARE kept text; BEGIN EXECUTE format('INSERT INTO typed VALUES (%L) RETURNING x::text', given) INTO kept;
         RETURN kept; EXCEPTION WHEN OTHERS THEN RETURN NULL; END $$`,
      );
      const type = (await target.relation('loaded')).fields[1]?.type as FieldType;
      const certain = fc.sample(sure, { numRuns: values, seed });
      const texts = [...new Set([...certain, ...odd])].filter((some) => !some.includes('\0'));
      const stored = await storedAs(target, texts);
      const tuples = texts.map((some, at) => tupleOf(type, at, Buffer.from(some)));
      for (const next of behind)
        expect(
          texts.map((some, at) => tupleOf(type, at, Buffer.from(some), next)),
          next,
        ).toEqual(tuples);
      const surely = new Set(certain);
      const refused = texts.filter(
        (some, at) => tuples[at] === null && surely.has(some) && stored[at] !== null,
      );
      expect(refused, 'values that are what the type holds').toEqual([]);
      const fine = tuples.flatMap((tuple, at) => (tuple !== null && stored[at] !== null ? [tuple] : []));
      await load(target, Buffer.concat(fine), fine.length);
      const kept = new Map(
        (await target.ask(`SELECT n, x::text FROM loaded`)).map(([n, x]) => [Number(n), x]),
      );
      for (const [at, some] of texts.entries()) {
        const tuple = tuples[at] ?? null;
        if (tuple === null) continue;
        if (stored[at] !== null) expect(kept.get(at), some).toBe(stored[at]);
        else await expect(load(target, tuple, 1), some).rejects.toThrow();
      }
    },
  );

  it('leaves bytes that are no text, and the zero byte, to the server to refuse', async () => {
    await using target = await server.open('CREATE TABLE loaded (n integer, x text)');
    const type = (await target.relation('loaded')).fields[1]?.type as FieldType;
    for (const bytes of [[0xff], [0xc3], [0x61, 0, 0x62], [0xed, 0xa0, 0x80], [0xc0, 0x80]])
      await expect(
        load(target, tupleOf(type, 1, Buffer.from(bytes)) as Buffer, 1),
        String(bytes),
      ).rejects.toThrow();
  });
});
