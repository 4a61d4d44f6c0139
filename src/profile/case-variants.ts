import type { Trait } from '../model/index.ts';
import type { CensusValue } from './field-census.ts';

/**
 * Spellings of one value that differ in case, outer or doubled spaces, composed or decomposed characters: `Berlin`,
 * `BERLIN`. Counts the records that do not have the most frequent spelling. Only told where all values are known.
 */
export function caseVariants(values: readonly CensusValue[], shown: (text: string) => string): Trait[] {
  const groups = new Map<string, CensusValue[]>();
  for (const value of values) {
    const folded = value.text.normalize('NFC').trim().replaceAll(/\s+/gu, ' ').toLowerCase();
    const group = groups.get(folded);
    if (group === undefined) groups.set(folded, [value]);
    else group.push(value);
  }
  const varied = [...groups.values()].filter(hasVariants);
  if (varied.length === 0) return [];
  const count = varied.reduce(
    (sum, group) => sum + group.slice(1).reduce((rest, value) => rest + value.count, 0),
    0,
  );
  const example = (varied[0] ?? []).slice(0, 3).map(({ text }) => shown(text));
  const note = `${varied.length} ${varied.length === 1 ? 'value has' : 'values have'} more than one spelling`;
  return [{ kind: 'case-variants', count: String(count), example: example.join(' | '), note }];
}

/** Spaces at the edges and doubled ones are traits of their own. */
function hasVariants(group: readonly CensusValue[]): boolean {
  if (group.length < 2) return false;
  return new Set(group.map(({ text }) => text.trim().replaceAll(/\s+/gu, ' '))).size > 1;
}
