import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { charactersOf, maskExample } from './mask-example.ts';

describe('maskExample', () => {
  it.each([
    ['Ada Lovelace', 'Axx Xxxxxxxx'],
    ['ada@example.org', 'axx@xxxxxxx.xxx'],
    ['+44 20 7946', '+99 99 9999'],
    ['', ''],
    ['Ångström', 'Åxxxxxxx'],
    ['x'.repeat(500), `${'x'.repeat(40)}… (500 characters)`],
    [null, 'NULL'],
    [true, 'true'],
    [new Uint8Array(3), '3 bytes'],
    [['a', 'b'], 'list of 2'],
  ])('%j becomes %j', (value, masked) => {
    expect(maskExample(value)).toBe(masked);
  });

  it('shows no letter or digit but the first, and keeps the length of short texts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const rest = Array.from(maskExample(text))
          .slice(1)
          .join('')
          .replace(/… \(\d+ characters\)$/, '');
        expect(rest).toMatch(/^[^\p{L}\p{N}]*(?:[xX9]|[^\p{L}\p{N}])*$/u);
        if (charactersOf(text) <= 40) expect(charactersOf(maskExample(text))).toBe(charactersOf(text));
      }),
    );
  });

  it('counts characters as code points', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(charactersOf(text)).toBe(Array.from(text).length);
      }),
    );
    expect(charactersOf('\ud800x')).toBe(2);
  });
});
