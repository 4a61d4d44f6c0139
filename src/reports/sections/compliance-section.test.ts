import { expect, test } from 'vitest';
import type { Entry } from '../../ledger/index.ts';
import { controls } from '../compliance-controls.ts';
import { renderSectionText } from '../render-text.ts';
import { complianceSection, controlEvidence } from './compliance-section.ts';

function entry(seq: number, type: string, body: unknown): Entry {
  return { seq, prev: null, time: '', type, actor: 'Ada', bodyDigest: '', body };
}

const evidence = controlEvidence([
  entry(1, 'decision-recorded', { kind: 'approval' }),
  entry(2, 'decision-recorded', { kind: 'finding-decision' }),
  entry(3, 'audit-ended', { run: 'r' }),
  { seq: 4, prev: null, time: '', type: 'person-noted', actor: 'Ada', bodyDigest: '' },
  entry(5, 'body-erased', { entry: 4, reason: 'asked to' }),
]);
const found = (number: string): readonly number[] | undefined =>
  evidence.find((one) => one.number === number)?.found;

test('each control has the entries that speak to it, by type and by kind of decision', () => {
  expect(found('CC6.1')).toEqual([1]);
  expect(found('PI1.4')).toEqual([3]);
  expect(found('Art. 17')).toEqual([5]);
  expect(found('A1.3')).toEqual([]);
  expect(found('Art. 33')).toEqual([]);
});

test('what nothing speaks to is told, and nothing is certified', () => {
  const text = renderSectionText(complianceSection(evidence));
  expect(text).toMatch(/164\.312\(e\)\(1\).*NONE: nothing in a move/);
  expect(text).toMatch(/A1\.3.*NONE yet/);
  expect(text).toContain('no certificate');
  expect(text).not.toMatch(/compliant|certified/i);
});

test('no control stands there twice', () => {
  expect(new Set(controls.map(({ framework, number }) => framework + number)).size).toBe(controls.length);
});
