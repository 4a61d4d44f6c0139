import { expect, test } from 'vitest';
import { relation, text } from '../../tests/examples/schemas.ts';
import type { RecordBatch } from '../model/index.ts';
import { profileRelation } from './index.ts';

test('an estimate of different values is never above their number', async () => {
  const ids = relation('ids', { id: text });
  const rows = [...Array.from({ length: 4_000 }, (_, at) => [`id-${at}`]), [null]];
  const batches = async function* (): AsyncGenerator<RecordBatch> {
    yield { relation: 'ids', fields: ['id'], rows, bad: [] };
  };
  const { fields } = await profileRelation(batches(), ids, { mask: (value) => value, distinctMax: 1_000 });
  expect(fields[0]?.distinct).toEqual({ count: '4000', exact: false });
});
