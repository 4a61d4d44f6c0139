import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordShape } from './record-shape.ts';
import { type CsvGrammar, scanCsvWith } from './scan-csv.ts';

const plain: CsvGrammar = {
  delimiter: ',',
  quote: '"',
  escape: '"',
  strayQuotes: 'bad',
  carriageReturnEnds: false,
};
const runs = process.env['GODWIT_PROVE'] === '1' ? 100_000 : 2_000;

interface Cut {
  readonly texts: readonly string[];
  readonly problem: string | null;
  readonly from: number;
  readonly past: number;
  readonly lines: number;
}

/** Scans as a reader does that is handed a few bytes at a time. */
function scanAll(bytes: Buffer, grammar: CsvGrammar, stepBytes: number): Cut[] {
  const scan = scanCsvWith(grammar);
  const shape = new RecordShape();
  const cuts: Cut[] = [];
  let held = Math.min(stepBytes, bytes.length);
  for (let at = 0; at < bytes.length; ) {
    // The rest of the memory holds other bytes, as a buffer that is filled again and again does.
    const units = Buffer.concat([bytes.subarray(0, held), Buffer.from('",\n')]);
    if (!scan(units, at, held, held === bytes.length, shape)) {
      held = Math.min(held + stepBytes, bytes.length);
      continue;
    }
    const texts = Array.from({ length: shape.fields }, (_, field) =>
      bytes.toString('utf8', shape.starts[field], shape.ends[field]),
    );
    cuts.push({ texts, problem: shape.problem, from: at, past: shape.past, lines: shape.lines });
    expect(shape.past).toBeGreaterThan(at);
    at = shape.past;
  }
  return cuts;
}

const grammars: readonly CsvGrammar[] = [
  plain,
  { ...plain, strayQuotes: 'keep' },
  { ...plain, escape: '\\' },
  { ...plain, carriageReturnEnds: true },
  { ...plain, delimiter: ', ' },
  { ...plain, delimiter: '||' },
  { ...plain, quote: null },
];

test('a file is cut the same way whatever the chunks it comes in, every byte in exactly one record', () => {
  const part = fc.constantFrom('a', '"', ',', ' ', '|', '\n', '\r', '\r\n', '\\', 'é', '\0', '""');
  const text = fc.array(part, { maxLength: 30 });
  fc.assert(
    fc.property(
      text,
      fc.constantFrom(...grammars),
      fc.integer({ min: 1, max: 5 }),
      (parts, grammar, stepBytes) => {
        const bytes = Buffer.from(parts.join(''));
        const whole = scanAll(bytes, grammar, bytes.length + 1);
        expect(scanAll(bytes, grammar, stepBytes)).toEqual(whole);
        let past = 0;
        for (const cut of whole) {
          expect(cut.from).toBe(past);
          past = cut.past;
        }
        expect(past).toBe(bytes.length);
      },
    ),
    { numRuns: runs },
  );
});

test('what is written by the rules is read back, whatever stands in it', () => {
  const field = fc.array(fc.constantFrom('a', '"', ',', ' ', '\n', '\r', '\r\n', '\\', 'é', "'"), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(
      fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
      (records) => {
        const texts = records.map((record) => record.map((parts) => parts.join('')));
        const written = texts
          .map((record) => record.map((text) => `"${text.replaceAll('"', '""')}"`).join(','))
          .join('\r\n');
        const cuts = scanAll(Buffer.from(written), plain, 7);
        expect(cuts.map((cut) => cut.problem)).toEqual(texts.map(() => null));
        expect(cuts.map((cut) => cut.texts.map((text) => text.replaceAll('""', '"')))).toEqual(texts);
      },
    ),
    { numRuns: runs },
  );
});

test.each([
  ['a quote in a bare field', 'a"b,c\nd,e\n', ['stray-quote', null]],
  ['text behind a closing quote', '"a"b,c\nd,e\n', ['text-behind-quote', null]],
  ['a quote that is never closed costs its line only', '"a,b\nd,e\n', ['unclosed-quote', null]],
  ['a lost quote that meets the next one', '1,"a\n2,"b",c\n3,d\n', ['text-behind-quote', null]],
  ['half a line end', 'a,b\rc,d\ne,f\n', ['stray-line-end', null]],
  ['the last line without an end', 'a,b\nc,d', [null, null]],
  ['a carriage return at the very end', 'a,b\r', [null]],
])('%s', (_title, text, problems) => {
  expect(scanAll(Buffer.from(text), plain, 3).map(({ problem }) => problem)).toEqual(problems);
});

test('lines are counted inside quotes too', () => {
  expect(scanAll(Buffer.from('"a\r\nb\nc",d\r\ne,f\n'), plain, 4).map(({ lines }) => lines)).toEqual([3, 1]);
});

test('a quote that is never closed counts one line, so that the lines behind it keep their numbers', () => {
  const cuts = scanAll(Buffer.from('"a,b\nc,d\ne,f\n'), plain, 100);
  expect(cuts.map(({ lines }) => lines)).toEqual([1, 1, 1]);
});
