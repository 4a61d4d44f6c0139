import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordShape } from './record-shape.ts';
import { type CsvGrammar, type ScanRecord, scanCsvWith } from './scan-csv.ts';
import { scanPlainWith } from './scan-plain.ts';

const plain: CsvGrammar = {
  delimiter: ',',
  quote: '"',
  escape: '"',
  strayQuotes: 'bad',
  carriageReturnEnds: false,
};
const grammars: readonly CsvGrammar[] = [
  plain,
  plain,
  { ...plain, strayQuotes: 'keep' },
  { ...plain, escape: '\\' },
  { ...plain, carriageReturnEnds: true },
  { ...plain, delimiter: '||' },
  { ...plain, quote: null },
];
const runs = process.env['GODWIT_PROVE'] === '1' ? 200_000 : 5_000;

function shapesOf(scan: ScanRecord, bytes: Buffer, stepBytes: number): unknown[] {
  const shape = new RecordShape();
  const shapes: unknown[] = [];
  let held = Math.min(stepBytes, bytes.length);
  let units = new Uint8Array(bytes.subarray(0, held));
  for (let at = 0; at < bytes.length; ) {
    if (!scan(units, at, held, held === bytes.length, shape)) {
      held = Math.min(held + stepBytes, bytes.length);
      units = new Uint8Array(bytes.subarray(0, held));
      continue;
    }
    const { start, past, lineEndUnits, lines, fields, problem } = shape;
    const places = Array.from({ length: fields }, (_none, field) => [
      shape.starts[field],
      shape.ends[field],
      shape.quoting[field],
    ]);
    shapes.push({ start, past, lineEndUnits, lines, places, problem });
    at = past;
  }
  return shapes;
}

test('records are cut as the whole scan cuts them', () => {
  const part = fc.constantFrom(
    'a',
    'a long text without anything in it',
    'é',
    '\0',
    ',',
    '|',
    '\n',
    '\r\n',
    '\r',
    '\\',
    '"',
    '""',
    '",',
    ',"',
    '"\n',
    '"two\nlines, and a quote: "" more"',
  );
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 40 }),
      fc.constantFrom(...grammars),
      fc.integer({ min: 1, max: 200 }),
      (parts, grammar, stepBytes) => {
        const bytes = Buffer.from(parts.join(''));
        const whole = shapesOf(scanCsvWith(grammar), bytes, bytes.length + 1);
        expect(shapesOf(scanPlainWith(grammar), bytes, stepBytes)).toEqual(whole);
      },
    ),
    { numRuns: runs },
  );
});
