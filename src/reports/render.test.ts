import { expect, test } from 'vitest';
import type { Document } from './document.ts';
import { renderHtml, renderText } from './index.ts';

const document: Document = {
  title: 'Audit <b>',
  subtitle: 'now',
  sections: [
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
            { tone: 'bad', title: "<script>alert('x')</script>", detail: 'a\u0000b\u202ec', fix: 'mend it' },
          ],
        },
      ],
    },
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
