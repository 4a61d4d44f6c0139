import { expect, test } from 'vitest';
import { provenLines, type Told } from './told-lines.ts';

test.each([
  ['approval', {}, 'entry 7: the key of Ben signed an approval'],
  ['approval', { decision: 'approve' }, 'entry 7: the key of Ben signed an approval'],
  ['approval', { decision: 'reject' }, 'entry 7: the key of Ben signed a rejection'],
  ['attestation', {}, 'entry 7: the key of Ben signed an attestation'],
  ['result-signature', {}, 'entry 7: the key of Ben signed a result-signature'],
])('of a signed %s %o: %s', (kind, body, line) => {
  const told = {
    head: { origin: 'godwit/crm', size: 0 },
    checkpoints: [],
    entries: [],
    decisions: [{ kind, body, signer: 'Ben', recorded: 7 }],
    runs: [],
  };
  expect(provenLines(told as unknown as Told)).toContain(line);
});
