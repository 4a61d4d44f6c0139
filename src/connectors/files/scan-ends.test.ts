import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordShape } from './record-shape.ts';
import { type CsvGrammar, type ScanRecord, scanCsvWith } from './scan-csv.ts';
import { scanEndsWith } from './scan-ends.ts';

const plain: CsvGrammar = {
  delimiter: ',',
  quote: '"',
  escape: '"',
  strayQuotes: 'bad',
  carriageReturnEnds: false,
};
const grammars: readonly CsvGrammar[] = [
  plain,
  { ...plain, strayQuotes: 'keep' },
  { ...plain, escape: '\\' },
  { ...plain, escape: '\\', strayQuotes: 'keep' },
  { ...plain, carriageReturnEnds: true },
  { ...plain, delimiter: ' ' },
  { ...plain, delimiter: '||' },
  { ...plain, quote: ' ', escape: ' ' },
  { ...plain, quote: null },
];
const runs = process.env['GODWIT_PROVE'] === '1' ? 200_000 : 5_000;

/** Everything that whoever counts records and lines goes by, of a reader that is handed a few bytes at a time. */
function endsOf(scan: ScanRecord, bytes: Buffer, stepBytes: number): unknown[] {
  const shape = new RecordShape();
  const ends: unknown[] = [];
  let held = Math.min(stepBytes, bytes.length);
  for (let at = 0; at < bytes.length; ) {
    // The rest of the memory holds other bytes, as a buffer that is filled again and again does.
    const units = Buffer.concat([bytes.subarray(0, held), Buffer.from('",\n')]);
    if (!scan(units, at, held, held === bytes.length, shape)) {
      held = Math.min(held + stepBytes, bytes.length);
      continue;
    }
    const { start, past, lineEndUnits, lines, fields, quoting, problem } = shape;
    const content = bytes.toString('latin1', shape.starts[0], shape.ends[0]);
    const blank = fields === 1 && quoting[0] === 0 && problem === null && /^[ \t]*$/.test(content);
    ends.push({ start, past, lineEndUnits, lines, blank, unclosed: problem === 'unclosed-quote' });
    at = past;
  }
  return ends;
}

test('ends, lines, blank lines and quotes that never close are those of the whole scan', () => {
  const part = fc.constantFrom(
    'a',
    '"',
    ',',
    ' ',
    '\t',
    '|',
    '\n',
    '\r',
    '\r\n',
    '\\',
    'é',
    '\0',
    '""',
    '",',
    ',"',
    '"\n',
  );
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 40 }),
      fc.constantFrom(...grammars),
      fc.integer({ min: 1, max: 9 }),
      (parts, grammar, stepBytes) => {
        const bytes = Buffer.from(parts.join(''));
        const whole = endsOf(scanCsvWith(grammar), bytes, bytes.length + 1);
        expect(endsOf(scanEndsWith(grammar), bytes, stepBytes)).toEqual(whole);
      },
    ),
    { numRuns: runs },
  );
});
