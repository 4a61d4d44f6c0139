import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { systemNotary } from '../host/index.ts';
import type { Runbook } from '../model/index.ts';
import { planned } from './crm-move.contract.ts';
import { parseRunbook, renderRunbook } from './render-runbook.ts';
import { readRunbook, runbookBytes, runbookId } from './runbook-bytes.ts';

const runs = process.env['GODWIT_PROVE'] ? 5_000 : 100;
const { runbook } = planned();
const { digest } = systemNotary;
const unreadable = expect.objectContaining({ code: 'runbook.unreadable' }) as Error;

describe('the text of a runbook', () => {
  const text = renderRunbook(runbook);

  test('reads back to the same content, and so to the same name', () => {
    expect(parseRunbook(text)).toEqual(runbook);
    expect(runbookId(parseRunbook(text), digest)).toBe(runbookId(runbook, digest));
  });

  test('shows statements as they are, and names before values', () => {
    expect(text).toMatch(/- \|-\n +CREATE TABLE company \(\n +id bigint PRIMARY KEY\n +\)\n/);
    expect(text.indexOf('mappingAuthor: Ada')).toBeLessThan(text.indexOf('steps:'));
  });

  test('is the same whatever order its members came in', () => {
    expect(renderRunbook(readRunbook(runbookBytes(runbook)))).toBe(text);
  });

  test('may be laid out and commented otherwise without another name', () => {
    const steps = 'steps:\n  # all of them\n\n';
    const other = `# mine\n${text.replace('project: crm', 'project:   "crm"   # ours').replace('steps:\n', steps)}`;
    expect(other.length).toBeGreaterThan(text.length + 20);
    expect(runbookId(parseRunbook(other), digest)).toBe(runbookId(runbook, digest));
  });

  test('a changed value has another name', () => {
    const other = text.replace('quarantinedPer10000: 5', 'quarantinedPer10000: 6');
    expect(runbookId(parseRunbook(other), digest)).not.toBe(runbookId(runbook, digest));
  });

  test('any words survive in it', () => {
    const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    const nasty = fc.constantFrom(
      'yes',
      'null',
      '~',
      '1e3',
      '0x10',
      '2026-11-20',
      ' a',
      'a ',
      '- a',
      'a: b',
      '#',
      '|',
      '>',
      '"',
      "'",
      '\t',
      'a\n',
      '\n\na',
      'a\r\nb',
      '&a',
      '*a',
      '!a',
      '%a',
      '@a',
      '`a',
      '---',
      '...',
      '\u0085',
      '\u2028',
      '😀',
      '\u0007',
      '=',
      '<<',
    );
    fc.assert(
      fc.property(
        fc.oneof(words, nasty),
        fc.array(fc.oneof(words, nasty), { maxLength: 4 }),
        (title, shows) => {
          const [first, ...rest] = runbook.steps;
          const changed: Runbook = {
            ...runbook,
            steps: [{ ...first!, title, shows, check: title }, ...rest],
          };
          const bytes = runbookBytes(changed);
          expect(runbookBytes(parseRunbook(renderRunbook(changed)))).toEqual(bytes);
          expect(runbookBytes(readRunbook(bytes))).toEqual(bytes);
        },
      ),
      { numRuns: runs },
    );
  });
});

describe('refused as a runbook:', () => {
  const text = renderRunbook(runbook);
  test.each([
    ['a newer format', text.replace('formatVersion: 1', 'formatVersion: 2')],
    ['a key twice', `${text}\nproject: other\n`],
    ['a member more', `${text}\nextra: 1\n`],
    ['a member less', text.replace(/^nonce: .*\n/m, '')],
    [
      'an alias',
      text.replace('project: crm', 'project: &a crm').replace('mappingAuthor: Ada', 'mappingAuthor: *a'),
    ],
    ['a tag', text.replace('project: crm', 'project: !!binary crm=')],
    ['a number for a count', text.replace('rowsSource: "907"', 'rowsSource: 907')],
    ['an approval rule of nobody', text.replace('people: 2', 'people: 0')],
    [
      'an author who may approve alone',
      text.replace('authorMayBeOnlyApprover: false', 'authorMayBeOnlyApprover: true'),
    ],
    ['two steps of one name', text.replace('id: 04-copy-person', 'id: 03-copy-company')],
    ['an unknown action', text.replace('kind: audit', 'kind: delete')],
    ['a time without a zone', text.replace(/createdAt: .*/, 'createdAt: 2026-11-20T10:00:00')],
    ['a list', '- a\n'],
    ['nothing', ''],
    ['no YAML', '{'],
  ])('%s', (_name, wrong) => {
    expect(wrong).not.toBe(text);
    expect(() => parseRunbook(wrong)).toThrow(unreadable);
  });

  test('levels without end', () => {
    expect(() => parseRunbook(`steps: ${'['.repeat(20_000)}`)).toThrow('its levels go deeper');
  });

  test('bytes in another spelling', () => {
    const spaced = new TextEncoder().encode(JSON.stringify(runbook, null, 2));
    expect(() => readRunbook(spaced)).toThrow(unreadable);
  });
});

test('a runbook that was read cannot be changed afterwards', () => {
  const read = readRunbook(runbookBytes(runbook)) as { stopRules: { quarantinedPer10000: number } };
  expect(() => {
    read.stopRules.quarantinedPer10000 = 10_000;
  }).toThrow(TypeError);
});
