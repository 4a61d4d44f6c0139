import type { CheckedField } from './check-fields.ts';
import type { VisibleChangeKind } from './visible-change.ts';

/** Tried in this order: what hides more of a value comes first. */
const kinds: readonly (readonly [VisibleChangeKind, RegExp])[] = [
  ['hidden', /\bmask\s*\(/i],
  ['new-id', /\blookup(?:_or_null)?\s*\(/i],
  [
    'cut',
    /\b(?:left|right|substr|substring|split_part|round|trunc|ceil|ceiling|floor|div|date_trunc)\s*\(|::\s*(?:character varying|varchar|character|char|bpchar|numeric|decimal)\s*\(|::\s*(?:smallint|int|integer|bigint|int2|int4|int8|date|real)\b/i,
  ],
  ['time', /\bat\s+time\s+zone\b|\btimezone\s*\(/i],
];

const timeKinds: readonly string[] = ['date', 'time', 'timestamp', 'instant'];

/** What a formula of the mapping language does to what people see of a value. Words inside its literals do not count. */
export function kindOfComputation(expression: string, checked: CheckedField | undefined): VisibleChangeKind {
  const bare = expression.replaceAll(/'(?:[^']|'')*'/g, "''");
  const found = kinds.find(([, pattern]) => pattern.test(bare))?.[0];
  if (found !== undefined) return found;
  return checked !== undefined && timeKinds.includes(checked.to.kind) ? 'time' : 'computed';
}
