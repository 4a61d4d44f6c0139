import { expect, test } from 'vitest';
import { StagedRecord } from './staged-record.ts';

test.each([
  [0, '01d2416680be03a6'],
  [1, 'c27715ffb2c95dbd'],
  [77, '92eb8c6efb71228a'],
  [400, '81d69af9ea9ba030'],
])(
  'the digest of a record never changes: what an earlier run kept is compared with it (%i)',
  (size, digest) => {
    const record = new StagedRecord(3);
    record.integer(0, size * 7919);
    record.value(1, `Zoë ${'x'.repeat(size)}`);
    record.real(2, size / 7);
    const found = Buffer.alloc(8);
    record.digest(new DataView(found.buffer, found.byteOffset, 8), 0);
    expect(found.toString('hex')).toBe(digest);
  },
);
