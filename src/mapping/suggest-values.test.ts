import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { suggestValues } from './suggest-values.ts';

function suggested(value: string, options: readonly string[]): string | null {
  return suggestValues([value], options)[0]?.now ?? null;
}

describe('suggestValues', () => {
  it.each([
    ['Active', ['active', 'inactive'], 'active'],
    ['active', ['current', 'pending', 'on_hold'], 'current'],
    ['trial', ['current', 'pending', 'on_hold'], 'pending'],
    ['suspended', ['current', 'pending', 'on_hold'], 'on_hold'],
    ['In-Progress ', ['In progress', 'Done'], 'In progress'],
    ['on hold', ['On_Hold'], 'On_Hold'],
    ['Resolvd', ['Resolved', 'Open'], 'Resolved'],
    ['Level 2 (manager)', ['Level 1', 'Level 2'], 'Level 2'],
    ['Not-Hispanic or Latino', ['hispanic or latino', 'not hispanic or latino'], 'not hispanic or latino'],
    ['Zürich', ['Zurich', 'Bern'], 'Zurich'],
  ])('%j among %j is %j', (value, options, option) => {
    expect(suggested(value, options)).toBe(option);
  });

  it.each([
    ['Stage 3', ['Stage 1', 'Stage 2']],
    ['grade 2b', ['grade 2a']],
    ['paid', ['not paid']],
    ['unpaid', ['paid']],
    ['never married', ['married']],
    ['Inactive', ['active']],
    ['valid', ['invalid']],
    ['blue', ['red', 'green']],
    ['', ['red']],
    ['x', []],
  ])('%j is not taken for any of %j', (value, options) => {
    expect(suggested(value, options)).toBeNull();
  });

  it('answers for every value, with one of the options or none, and with itself where it is one', () => {
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(fc.array(word), fc.array(word), (values, options) => {
        const found = suggestValues(values, options);
        expect(found.map(({ old }) => old)).toEqual(values);
        for (const { old, now, confidence } of found) {
          if (now !== null) expect(options).toContain(now);
          expect(confidence > 0).toBe(now !== null);
          if (options.includes(old)) expect(now).toBe(old);
        }
      }),
    );
  });
});
