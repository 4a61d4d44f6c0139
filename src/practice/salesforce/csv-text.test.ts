import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvLine, delimiterNames, readCsv } from './csv-text.ts';

test('what is written is read again, whatever stands in it', () => {
  const value = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', ' ', 'ö', '\t', '|') });
  const line = fc
    .array(value, { minLength: 1, maxLength: 4 })
    .filter((values) => values.length > 1 || values[0] !== '');
  fc.assert(
    fc.property(
      fc.array(line),
      fc.constantFrom(...delimiterNames),
      fc.constantFrom('LF' as const, 'CRLF' as const),
      (lines, delimiter, ending) => {
        const text = lines.map((one) => csvLine(one, delimiter, ending)).join('');
        expect([...readCsv(text, delimiter)]).toEqual(lines);
      },
    ),
  );
});

test.each([
  [
    'a,b\n1,2',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'a,b\r\n1,\r\n',
    [
      ['a', 'b'],
      ['1', ''],
    ],
  ],
  ['\uFEFFa\n\n"x ""y"""\n', [['a'], ['x "y"']]],
  ['a,', [['a', '']]],
])('%j', (text, lines) => {
  expect([...readCsv(text, 'COMMA')]).toEqual(lines);
});

test.each(['"a', '"a"b,c'])('%j is refused', (text) => {
  expect(() => [...readCsv(text, 'COMMA')]).toThrow(RangeError);
});
