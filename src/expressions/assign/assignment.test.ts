import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FieldType, isGodwitError, type Value } from '../../model/index.ts';
import { assignment } from './assignment.ts';

const text = (charactersMax: number | null, padded = false): FieldType => ({
  kind: 'text',
  charactersMax,
  padded,
});
const decimal = (precision: number | null, scale: number | null): FieldType => ({
  kind: 'decimal',
  precision,
  scale,
});
const integer = (bits: 8 | 16 | 24 | 32 | 64, signed = true): FieldType => ({
  kind: 'integer',
  bits,
  signed,
});
const float = (bits: 32 | 64): FieldType => ({ kind: 'float', bits });
const timestamp = (fractionDigits: number): FieldType => ({ kind: 'timestamp', fractionDigits });
const state = (...labels: string[]): FieldType => ({ kind: 'enum', name: 'state', labels });
const json = (binary: boolean): FieldType => ({ kind: 'json', binary });
const list = (of: FieldType): FieldType => ({ kind: 'list', of });
const date: FieldType = { kind: 'date' };
const any: FieldType = { kind: 'any' };

/** What becomes of a value: the value in the field, or the code of the error, or `none`. */
function assigned(from: FieldType, to: FieldType, value: Value): Value | { readonly code: string } {
  const found = assignment(from, to);
  if (found.kind === 'none') return { code: 'none' };
  try {
    return found.apply(value);
  } catch (error) {
    if (!isGodwitError(error)) throw error;
    expect(error.fate).toBe('never');
    expect(found.kind).toBe('checked');
    return { code: error.code };
  }
}

const code = (of: string): { readonly code: string } => ({ code: of });

describe('assignment', () => {
  it.each<readonly [FieldType, FieldType, Value, Value | { readonly code: string }]>([
    [text(null), text(5), 'abcde', 'abcde'],
    [text(null), text(5), 'abcdef', code('value.too-long')],
    [text(null), text(5), '\u{1F600}'.repeat(5), '\u{1F600}'.repeat(5)],
    [text(null), text(5), '\u{1F600}'.repeat(6), code('value.too-long')],
    [text(null), text(null), 'a\0b', code('value.bad-encoding')],
    [text(5), text(10), 'a\0b', code('value.bad-encoding')],
    [text(null), text(5, true), 'ab', 'ab   '],
    [text(null), text(2, true), 'ab   ', code('value.would-lose')],
    [text(null), text(5, true), ' ', code('value.would-lose')],
    [text(5, true), text(2, true), 'ab   ', 'ab'],
    [text(5, true), text(9, true), 'ab   ', 'ab       '],
    [text(5, true), text(null), 'ab   ', 'ab'],
    [text(null), integer(32), '1', code('none')],
    [integer(64), integer(16), '32767', '32767'],
    [integer(64), integer(16), '32768', code('value.out-of-range')],
    [integer(64), integer(8, false), '255', '255'],
    [integer(64), integer(8, false), '-1', code('value.out-of-range')],
    [integer(64), integer(64, false), '-1', code('value.out-of-range')],
    [integer(32), decimal(10, 2), '5', '5.00'],
    [integer(64), decimal(5, 2), '1000', code('value.out-of-range')],
    [integer(16), decimal(3, -2), '12300', '12300'],
    [integer(16), decimal(3, -2), '12345', code('value.would-round')],
    [integer(64), float(64), '9007199254740993', code('value.would-round')],
    [integer(64), float(64), '9007199254740992', '9.007199254740992e+15'],
    [float(32), integer(32), '4.2511238e+08', '425112384'],
    [float(64), integer(64), '2.719027823699421e+16', '27190278236994208'],
    [float(64), integer(64), '1.5', code('value.would-round')],
    [integer(32), float(32), '-167741408', '-1.6774141e+08'],
    [integer(32), float(32), '-167741410', code('value.would-round')],
    [integer(64), float(64), '27190278236994208', '2.7190278236994208e+16'],
    [decimal(null, null), float(32), '-167741410.00', code('value.would-round')],
    [decimal(null, null), float(64), '1' + '0'.repeat(23), code('value.would-round')],
    [decimal(null, null), decimal(10, 2), '1.50', '1.50'],
    [decimal(null, null), decimal(10, 2), '1.5', '1.50'],
    [decimal(null, null), decimal(10, 2), '1.5000', '1.50'],
    [decimal(null, null), decimal(10, 2), '1.505', code('value.would-round')],
    [decimal(null, null), decimal(4, 2), '100.00', code('value.out-of-range')],
    [decimal(null, null), decimal(4, 2), '-99.99', '-99.99'],
    [decimal(null, null), decimal(4, 2), 'NaN', 'NaN'],
    [decimal(null, null), decimal(4, 2), 'Infinity', code('value.out-of-range')],
    [decimal(null, null), decimal(null, null), '1.500', '1.500'],
    [decimal(null, null), integer(32), '7.00', '7'],
    [decimal(null, null), integer(32), '7.01', code('value.would-round')],
    [decimal(null, null), integer(32), 'NaN', code('value.out-of-range')],
    [decimal(null, null), float(64), '0.1', '0.1'],
    [decimal(null, null), float(64), '0.12345678901234567890', code('value.would-round')],
    [decimal(null, null), float(64), '1' + '0'.repeat(400), code('value.out-of-range')],
    [float(64), decimal(null, null), '1e+20', '100000000000000000000'],
    [float(64), decimal(10, 2), '0.25', '0.25'],
    [float(64), decimal(10, 2), '0.125', code('value.would-round')],
    [float(64), float(32), '0.5', '0.5'],
    [float(64), float(32), '0.1', code('value.would-round')],
    [float(32), float(64), '0.1', '0.10000000149011612'],
    [float(64), integer(32), '3', '3'],
    [float(64), integer(32), '3.5', code('value.would-round')],
    [text(null), state('open', 'closed'), 'open', 'open'],
    [text(null), state('open', 'closed'), 'Open', code('value.not-an-option')],
    [state('open'), state('open', 'closed'), 'open', 'open'],
    [state('open', 'void'), state('open', 'closed'), 'void', code('value.not-an-option')],
    [state('open'), text(3), 'open', code('value.too-long')],
    [{ kind: 'boolean' }, text(5), true, 'true'],
    [{ kind: 'boolean' }, integer(32), true, code('none')],
    [timestamp(6), timestamp(3), '2024-01-05 14:30:15.123', '2024-01-05 14:30:15.123'],
    [timestamp(6), timestamp(3), '2024-01-05 14:30:15.1234', code('value.would-round')],
    [timestamp(6), date, '2024-01-05 00:00:00', '2024-01-05'],
    [timestamp(6), date, '0044-03-15 00:00:00 BC', '0044-03-15 BC'],
    [timestamp(6), date, '2024-01-05 00:00:01', code('value.would-lose')],
    [date, timestamp(0), '0044-03-15 BC', '0044-03-15 00:00:00 BC'],
    [date, timestamp(6), '300000-01-01', code('value.out-of-range')],
    [date, timestamp(6), 'infinity', 'infinity'],
    [timestamp(6), { kind: 'instant', fractionDigits: 6 }, '2024-01-05 14:30:15', code('none')],
    [json(false), json(true), '{"b":1,"a":1e1}', '{"a": 10, "b": 1}'],
    [json(false), json(true), '{"b":1,"b":2}', code('value.would-lose')],
    [json(true), json(false), '{"a": 10}', '{"a": 10}'],
    [list(integer(64)), list(integer(16)), ['1', null, '2'], ['1', null, '2']],
    [list(integer(64)), list(integer(16)), ['1', '99999'], code('value.out-of-range')],
    [list(text(null)), text(null), ['a'], code('none')],
    [any, text(3), 'abc', 'abc'],
    [any, text(3), 'abcd', code('value.too-long')],
    [any, text(null), Uint8Array.of(1), code('value.unreadable')],
    [any, integer(32), '1', code('none')],
    [
      { kind: 'bytes', bytesMax: null },
      { kind: 'bytes', bytesMax: 2 },
      Uint8Array.of(1, 2, 3),
      code('value.too-long'),
    ],
    [
      { kind: 'native', engine: 'postgres', name: 'inet' },
      { kind: 'native', engine: 'postgres', name: 'inet' },
      '::1',
      '::1',
    ],
    [
      { kind: 'native', engine: 'postgres', name: 'inet' },
      { kind: 'native', engine: 'postgres', name: 'cidr' },
      '::1',
      code('none'),
    ],
    [text(null), { kind: 'native', engine: 'postgres', name: 'inet' }, '::1', '::1'],
    [text(5, true), { kind: 'native', engine: 'postgres', name: 'inet' }, '::1  ', '::1'],
    [text(null), { kind: 'native', engine: 'postgres', name: 'inet' }, 'a\0b', code('value.bad-encoding')],
    [list(text(null)), list({ kind: 'native', engine: 'postgres', name: 'inet' }), ['::1'], ['::1']],
    [integer(32), { kind: 'native', engine: 'postgres', name: 'inet' }, '1', code('none')],
  ])('%j into %j: %j becomes %j', (from, to, value, result) => {
    expect(assigned(from, to, value)).toEqual(result);
  });

  it('leaves null alone, always', () => {
    const types = [
      text(3),
      integer(8),
      decimal(3, 1),
      float(32),
      state('a'),
      date,
      timestamp(0),
      json(true),
      any,
      list(text(1)),
    ];
    for (const from of types)
      for (const to of types) {
        const found = assignment(from, to);
        if (found.kind !== 'none') expect(found.apply(null)).toBeNull();
      }
  });

  it('never gives another number: what comes out is the number that went in, or an error', () => {
    const numberTypes = fc.constantFrom(
      integer(16),
      integer(64),
      decimal(6, 2),
      decimal(20, 0),
      decimal(null, null),
      float(32),
      float(64),
    );
    const digits = fc.tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.nat({ max: 4 }));
    fc.assert(
      fc.property(digits, numberTypes, ([unscaled, scale], to) => {
        const written = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
        const point = written.length - scale;
        const value = `${unscaled < 0n ? '-' : ''}${written.slice(0, point)}${scale > 0 ? `.${written.slice(point)}` : ''}`;
        const result = assigned(decimal(null, null), to, value);
        if (typeof result !== 'string') return;
        // By its digits, or by the number that a field of 32 bits shows in them: 71103872 as 71103870.
        const narrow = to.kind === 'float' && to.bits === 32 ? [Math.fround(Number(result))] : [];
        expect([Number(result), ...narrow]).toContain(Number(value));
      }),
      { examples: [[[71_103_872n, 0], float(32)]] },
    );
  });
});
