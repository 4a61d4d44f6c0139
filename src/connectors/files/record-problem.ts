import type { RecordCursor } from './record-cursor.ts';

/** Why a record is none; the message goes on from "the record ...". */
export interface RecordProblem {
  readonly code: RecordProblemCode;
  readonly message: string;
  readonly field?: string;
}

export type RecordProblemCode =
  | 'files.ragged-record'
  | 'files.stray-quote'
  | 'files.text-behind-quote'
  | 'files.stray-line-end'
  | 'files.unclosed-quote'
  | 'files.record-too-large'
  | 'files.invalid-encoding'
  | 'files.nul-byte'
  | 'files.repeated-header'
  | 'files.invalid-json'
  | 'files.not-an-object'
  | 'files.duplicate-key'
  | 'files.lone-surrogate'
  | 'files.unknown-field'
  | 'files.wrong-type';

/** What the cursor itself found wrong with its record. */
export function problemOf(cursor: RecordCursor): RecordProblem {
  const { oversize, shape } = cursor;
  const size = oversize ? tooLargeNote(oversize.bytes, oversize.sha256, cursor.offset) : '';
  switch (shape.problem) {
    case 'stray-quote':
      return {
        code: 'files.stray-quote',
        message: 'has a quote inside a field that does not start with one',
      };
    case 'text-behind-quote':
      return { code: 'files.text-behind-quote', message: 'has text behind a closing quote' };
    case 'stray-line-end':
      return { code: 'files.stray-line-end', message: 'has half a line end outside quotes' };
    case 'unclosed-quote':
      return {
        code: 'files.unclosed-quote',
        message: `opens a quote that is never closed; this line alone was set aside and reading went on with the next${size && `; ${size}`}`,
      };
    case null:
      return { code: 'files.record-too-large', message: `is larger than the limit for one record; ${size}` };
  }
}

function tooLargeNote(bytes: number, sha256: string, offset: number): string {
  return `${bytes} bytes at offset ${offset}, sha256 ${sha256}; the original kept here is only its beginning`;
}
