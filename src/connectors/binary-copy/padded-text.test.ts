import { expect, it } from 'vitest';
import type { FieldType } from '../../model/index.ts';
import { CopyChunk, cellEncoder, valueEncoder } from './index.ts';

it('a field that fills up takes no text that ends with a space of its own: it would not give it back', () => {
  const text: FieldType = { kind: 'text', charactersMax: null, padded: false };
  const padded: FieldType = { kind: 'text', charactersMax: 6, padded: true };
  const goes = (from: FieldType, value: string): boolean | undefined =>
    valueEncoder(from, padded, false)?.(new CopyChunk(64), Buffer.from(value), 0, value.length);
  expect(['ab', '', 'ab    ', 'abcdef '].map((value) => goes(text, value))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(goes(padded, 'ab    ')).toBe(true);
  const cell = cellEncoder(text, padded, false);
  expect(['ab', 'ab    '].map((value) => cell?.(new CopyChunk(64), value))).toEqual([true, false]);
});
