import type { Feed, Foreseen } from '../port.ts';
import type { DescribedObject } from './account-catalog.ts';
import { ruleName } from './property-rules.ts';
import { uncheckedRules } from './rule-refusals.ts';

/** Rules of properties a mapping feeds that nothing holds its values against before the run, by property. */
export function rulesAhead(
  described: readonly DescribedObject[],
  feeds: readonly Feed[],
): readonly Foreseen[] {
  return feeds.flatMap(({ object, relation, fields }) => {
    const properties = described.find(({ type }) => type.name === relation)?.properties ?? [];
    return fields.flatMap(({ field }): readonly Foreseen[] => {
      const unchecked = uncheckedRules(properties.find(({ name }) => name === field)?.rules ?? []);
      if (unchecked.length === 0) return [];
      const why = `the account holds values against ${unchecked.map(ruleName).join(', ')}, and how exactly is not known here`;
      return [{ kind: 'rule-unchecked', object, field, why }];
    });
  });
}
