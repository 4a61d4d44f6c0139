import { expect, test } from 'vitest';
import type { Finding } from '../../model/index.ts';
import { findingId } from '../../model/index.ts';
import { renderSectionText } from '../render-text.ts';
import { findingsSection } from './findings-section.ts';

const found: Finding = {
  code: 'fit.too-long',
  severity: 'block',
  title: '25 records of person are too long for people.note',
  detail: '',
  where: { object: 'person', system: 'target', relation: 'people', field: 'note' },
  records: '25',
  examples: [],
  fix: 'Widen the target field.',
  waivable: true,
};
const other: Finding = { ...found, where: { ...found.where, field: 'title' } };
const ben = { by: 'Ben', reason: 'they wait', until: '2027-02-19T13:04:36.577Z' };

test('what blocks is said first, with the way to let it be', () => {
  const text = renderSectionText(findingsSection('Findings', [found]));
  expect(text).toContain('NOT OK: 1 finding must be mended, or decided by a person');
  expect(text).toContain(
    "-> Widen the target field. Or let it be, by a signed decision: godwit approve finding '",
  );
});

test('what was decided stands in nobody’s way, and says by whom, why and until when', () => {
  const text = renderSectionText(findingsSection('Findings', [found], new Map([[findingId(found), ben]])));
  expect(text).toContain('careful: nothing blocks: 1 finding was decided by a person');
  expect(text).toContain('accepted by Ben until 2027-02-19T13:04:36.577Z: they wait');
  expect(text).not.toMatch(/NOT OK|->/);
});

test('a decision covers its own finding only', () => {
  const text = renderSectionText(
    findingsSection('Findings', [found, other], new Map([[findingId(found), ben]])),
  );
  expect(text).toContain('NOT OK: 1 finding must be mended');
});
