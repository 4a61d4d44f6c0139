import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearestName } from './nearest-name.ts';

describe('nearestName', () => {
  it.each([
    ['feilds', ['from', 'fields'], 'fields'],
    ['FirstName', ['first_name', 'last_name'], 'first_name'],
    ['emial', ['email', 'mail'], 'email'],
    ['zzz', ['email', 'mail'], null],
    ['x', [], null],
  ])('%s of %j is %s', (name, known, nearest) => {
    expect(nearestName(name, known)).toBe(nearest);
  });

  it('measures a distance: 0 only for the same text, the same both ways, one for one edit', () => {
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, fc.nat({ max: 7 }), (a, b, at) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, `${a.slice(0, at)}#${a.slice(at)}`)).toBe(1);
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});
