import { expect, test } from 'vitest';
import { relation } from '../../tests/examples/schemas.ts';
import { type Row, textUnlimited } from '../model/index.ts';
import { chooseNaturalKeys } from './natural-keys.ts';

test('numbers that officials give, and ids of records, are looked at for doubles', () => {
  const names = ['rec_id', 'soc_sec_id', 'section_id'];
  const citizens = relation('citizens', Object.fromEntries(names.map((name) => [name, textUnlimited])));
  const sample = Array.from({ length: 20 }, (_, at): Row => [`rec-${at}`, String(1_000_000 + at), `s${at}`]);
  expect(chooseNaturalKeys(citizens, names, sample, [])).toEqual([
    { fields: ['rec_id'], because: 'looks like a unique id', folded: false },
    { fields: ['soc_sec_id'], because: 'looks like an official number', folded: false },
  ]);
});
