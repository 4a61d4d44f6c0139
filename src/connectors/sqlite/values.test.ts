import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { SqliteFile } from '../../host/index.ts';
import { type Field, floatText, type Value } from '../../model/index.ts';
import { decoderFor } from './decode-values.ts';
import { encoderFor, Unstorable } from './encode-values.ts';
import { fieldTypeOf } from './field-types.ts';

const file = new SqliteFile(':memory:');
afterAll(() => file[Symbol.dispose]());
const runs = process.env['GODWIT_PROVE'] === '1' ? 20_000 : 400;

function fieldOf(native: string): Field {
  return {
    name: 'v',
    type: fieldTypeOf(native),
    native,
    nullable: true,
    default: null,
    generated: 'no',
    synthetic: false,
    comment: null,
  };
}

/** What comes back through a column of this type: the value, or why it was refused. */
function throughColumn(native: string): (value: Value) => { readonly back: Value | undefined } | Unstorable {
  const table = `t${native.replace(/\W/g, '_')}`;
  file.run(`CREATE TABLE IF NOT EXISTS "${table}" (v ${native})`);
  const [encode, decode] = [encoderFor(fieldOf(native)), decoderFor(fieldOf(native))];
  const [empty, insert, select] = [
    file.statement(`DELETE FROM "${table}"`),
    file.statement(`INSERT INTO "${table}" VALUES (?)`),
    file.statement(`SELECT v FROM "${table}"`),
  ];
  return (value) => {
    try {
      empty.run();
      insert.run(encode(value));
      return { back: decode(select.first()?.[0] ?? null) };
    } catch (error) {
      if (error instanceof Unstorable) return error;
      throw error;
    }
  };
}

const numberLike = fc.oneof(
  fc.stringMatching(/^[ +-]?\d{0,22}(\.\d{0,22})?([eE][+-]?\d{1,3})? ?$/),
  fc.constantFrom(
    '007',
    '1e5',
    '0x1F',
    ' 12',
    '12 ',
    '.5',
    '5.',
    '+1',
    '-0',
    '1e400',
    'Infinity',
    'nan',
    '1_000',
    '\t1',
  ),
);
const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), numberLike);

describe('a value comes back as it was or is refused, never altered', () => {
  test.each(['TEXT', 'VARCHAR(3)', 'DATE', 'DATETIME', 'JSON', 'JSON TEXT', 'UUID', 'STRING', ''])(
    'text in %s',
    (native) => {
      const through = throughColumn(native);
      fc.assert(
        fc.property(texts, (text) => {
          const result = through(text);
          if (!(result instanceof Unstorable)) expect(result.back).toBe(text);
        }),
        { numRuns: runs },
      );
    },
  );

  test.each(['DATE', 'TIMESTAMP', 'JSON', 'TEXT'])('no text is refused that %s leaves alone', (native) => {
    const through = throughColumn(native);
    file.run(`DROP TABLE IF EXISTS left_alone; CREATE TABLE left_alone (v ${native})`);
    const [clear, put, look] = [
      file.statement('DELETE FROM left_alone'),
      file.statement('INSERT INTO left_alone VALUES (?)'),
      file.statement('SELECT typeof(v), v FROM left_alone'),
    ];
    const moments = fc
      .date({ noInvalidDate: true })
      .map((date) => date.toISOString())
      .chain((text) => fc.constantFrom(text, text.slice(0, 10), text.slice(11, 19), text.replace('T', ' ')));
    fc.assert(
      fc.property(fc.oneof(moments, numberLike, texts), (text) => {
        clear.run();
        put.run(text);
        const [type, value] = look.first() ?? [];
        if (type === 'text' && value === text && !(through(text) instanceof Unstorable))
          expect(through(text)).toEqual({ back: text });
        else if (text.isWellFormed() && type === 'text') expect.fail(`refused: ${JSON.stringify(text)}`);
      }),
      { numRuns: runs },
    );
    expect(through('2026-11-20')).toEqual({ back: '2026-11-20' });
    expect(through('10:30:00')).toEqual({ back: '10:30:00' });
  });

  test.each(['TEXT', 'DECIMAL TEXT(38,10)', 'DECIMAL(38,10)', 'NUMERIC'])('decimals in %s', (native) => {
    const through = throughColumn(native);
    const decimals = fc
      .tuple(
        fc.boolean(),
        fc.bigInt({ min: 0n, max: 10n ** 28n }),
        fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 10 }),
      )
      .map(
        ([minus, whole, fraction]) => `${minus ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`,
      );
    fc.assert(
      fc.property(decimals, (text) => {
        const result = through(text);
        if (result instanceof Unstorable) {
          expect(native).toMatch(/^(DECIMAL\(|NUMERIC)/);
          expect(text.replace(/\D/g, '').length).toBeGreaterThan(15);
        } else if (native.includes('TEXT')) expect(result.back).toBe(text);
        else expect(sameNumber(String(result.back), text), `${String(result.back)} ${text}`).toBe(true);
      }),
      { numRuns: runs },
    );
  });

  test('whole numbers', () => {
    const through = throughColumn('INTEGER');
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }), (number) => {
        const result = through(String(number));
        if (result instanceof Unstorable) expect(BigInt.asIntN(64, number)).not.toBe(number);
        else expect(result.back).toBe(String(number));
      }),
      { numRuns: runs },
    );
  });

  test('binary numbers; NaN and the negative zero are refused, because SQLite has none', () => {
    const through = throughColumn('REAL');
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (number) => {
        const result = through(floatText(number));
        if (result instanceof Unstorable) expect(Object.is(number, -0)).toBe(true);
        else expect(result.back).toBe(floatText(number));
      }),
      { numRuns: runs },
    );
    expect(through('NaN')).toBeInstanceOf(Unstorable);
    expect(through('-0')).toBeInstanceOf(Unstorable);
    expect(through('-Infinity')).toEqual({ back: '-Infinity' });
  });

  test('bytes, booleans, nulls', () => {
    expect(throughColumn('BLOB')(Uint8Array.of(0, 255, 0))).toEqual({ back: Uint8Array.of(0, 255, 0) });
    expect(throughColumn('BLOB')('text')).toBeInstanceOf(Unstorable);
    expect(throughColumn('BOOLEAN')(true)).toEqual({ back: true });
    expect(throughColumn('BOOLEAN')('true')).toBeInstanceOf(Unstorable);
    for (const native of ['INTEGER', 'TEXT', 'BLOB', 'DECIMAL(3,1)', 'BOOLEAN', ''])
      expect(throughColumn(native)(null)).toEqual({ back: null });
  });

  test.each(['DATE', 'DATETIME', 'TIMESTAMP', 'JSON', 'UUID', 'STRING'])(
    'what belongs into %s goes in',
    (native) => {
      const through = throughColumn(native);
      const ordinary = [
        '2026-11-20',
        '2026-11-20 13:45:00.5+00',
        '12:30',
        '0044-03-15 BC',
        'infinity',
        '{"a":1e5}',
        '[1]',
      ];
      ordinary.push(
        '12345678-1234-1234-1234-123456789012',
        '1e5-3',
        '1-2',
        '1.2.3',
        '+',
        '.',
        '-',
        'e5',
        '1e',
        '',
        'a1',
      );
      ordinary.push('1763596800', '-5', '0', '0.5', '2451545.25');
      for (const text of ordinary) expect(through(text), text).toEqual({ back: text });
    },
  );

  test('half a surrogate pair is refused', () => {
    expect(throughColumn('TEXT')('a\uD800b')).toBeInstanceOf(Unstorable);
  });
});

function sameNumber(a: string, b: string): boolean {
  const [x, y] = [a, b].map((text) => {
    const [whole = '', fraction = ''] = text.split('.');
    return `${BigInt(whole) === 0n && !/[1-9]/.test(fraction) ? '0' : whole}.${fraction.replace(/0+$/, '')}`;
  });
  return x === y;
}
