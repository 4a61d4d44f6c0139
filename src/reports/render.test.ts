import { expect, test } from 'vitest';
import type { Document, Section } from './document.ts';
import { chapterOf, renderHtml, renderSectionText, renderText } from './index.ts';

const document: Document = {
  title: 'Audit <b>',
  subtitle: 'now',
  answer: {
    verdict: { tone: 'bad', text: 'Moved, not proven <i>' },
    next: '`godwit audit`',
    figures: [{ name: 'differences', value: '1', tone: 'bad' }],
    shares: [
      { name: 'arrived', tone: 'good', records: 99_999_999 },
      { name: 'in quarantine', tone: 'warn', records: 1 },
    ],
  },
  chapters: [
    chapterOf('audited', 'Audit', [
      {
        id: 'audit',
        title: 'Audit',
        verdict: { tone: 'bad', text: '1 record differs' },
        blocks: [
          { kind: 'table', head: ['relation', 'rows'], rows: [['people "x"', 1234567]], empty: 'none' },
          { kind: 'table', head: ['a'], rows: [], empty: 'nothing here' },
          {
            kind: 'list',
            items: [
              {
                tone: 'bad',
                title: "<script>alert('x')</script>",
                detail: 'a\u0000b\u202ec',
                fix: 'mend it',
              },
            ],
          },
        ],
      },
    ]),
  ],
};

test('text says the verdict in words and lines numbers up', () => {
  const text = renderText(document);
  expect(text).toContain('NOT OK: 1 record differs');
  expect(text).toContain('1,234,567');
  expect(text).toContain('nothing here');
  expect(text).toContain('    -> mend it');
});

test('a page loads nothing, runs nothing, and shows data as data', () => {
  const page = renderHtml(document);
  expect(page).not.toContain('<script');
  expect(page).not.toMatch(/(?:src|href)="(?!#)/);
  expect(page).toContain('&lt;script&gt;');
  expect(page).toContain('a\\u0000b\\u202ec');
  expect(page).toContain("default-src 'none'");
});

test('a page begins with the answer, what comes next, and what each chapter says', () => {
  const head = renderHtml(document).split('<main>')[0] ?? '';
  expect(head).toContain('<h1 class="bad">Moved, not proven &lt;i&gt;</h1>');
  expect(head).toContain('Next: <code>godwit audit</code>');
  expect(head).toMatch(/href="#audited".*1 record differs/);
});

test('a share never rounds a missing record away', () => {
  const page = renderHtml(document);
  expect(page).toContain('arrived 99,999,999 (almost 100 %)');
  expect(page).toContain('in quarantine 1 (less than 0.1 %)');
});

test('a chapter says what its gravest section says', () => {
  const section = (tone: 'good' | 'warn' | 'bad', text: string): Section => ({
    id: text,
    title: text,
    verdict: { tone, text },
    blocks: [],
  });
  const said = (...sections: Section[]): string => chapterOf('a', 'A', sections).verdict.text;
  expect(said(section('good', 'fine'), section('bad', 'broken'), section('warn', 'odd'))).toBe('broken');
  expect(said(section('warn', 'first'), section('warn', 'second'))).toBe('first');
  expect(said()).toBe('');
});

test('what a terminal would obey is shown, and a name cannot begin a line of its own', () => {
  const told = renderSectionText({
    id: 'x',
    title: 'red \u001b[31m',
    verdict: { tone: 'bad', text: 'a\nok: b' },
    blocks: [
      { kind: 'list', items: [{ tone: 'bad', title: 't\nok: u', detail: 'd\rNOT', fix: 'f\n\u009bm' }] },
      { kind: 'table', head: ['a'], rows: [['\u202egnp.exe']], empty: '' },
      { kind: 'facts', facts: [['n\u007f', 'tab\tstays']] },
      { kind: 'code', text: '\u0007' },
    ],
  });
  expect(told).toBe(
    [
      'red \\u001b[31m',
      '--------------',
      'NOT OK: a\\nok: b',
      'NOT OK: t\\nok: u',
      '    d\\u000dNOT',
      '    -> f\\n\\u009bm',
      'a',
      '-',
      '\\u202egnp.exe',
      'n\\u007f  tab\tstays',
      '    \\u0007',
    ].join('\n'),
  );
});
