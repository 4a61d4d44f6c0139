import type { Difference, RelationAudit } from '../../../src/audit/index.ts';
import type { Damage, ExpectedDifference } from './draw-damage.ts';
import { alike, type PlainRecord, plainFields } from './drawn-values.ts';

/**
 * Did the audit of a table say exactly what was done to it: no difference more, no difference less, the right record, the
 * right field, and both values? Null when it did, else what it said instead.
 */
export function judgeDamage(damage: Damage, audit: RelationAudit | undefined): string | null {
  const found = (audit?.differences ?? []).map((one) => reported(one, damage)).toSorted();
  const wanted = damage.expected.map((one) => expected(one)).toSorted();
  const right =
    audit?.verdict === 'different' &&
    audit.unexplainedCount === 0 &&
    JSON.stringify(found) === JSON.stringify(wanted);
  if (right) return null;
  const said = audit === undefined ? 'nothing' : JSON.stringify(found);
  return `${damage.kind} of ${damage.table.name} (${damage.plant}): expected ${JSON.stringify(wanted)}, the audit says ${said}`;
}

/** A table nobody touched has to be equal, in every figure the audit gives. */
export function judgeClean(audit: RelationAudit | undefined): string | null {
  const equal =
    audit?.verdict === 'equal' &&
    audit.differences.length === 0 &&
    audit.unexplainedCount === 0 &&
    audit.rowsExpected === audit.rowsTarget &&
    audit.evidence.expectedDigest === audit.evidence.actualDigest &&
    audit.sums.every((sum) => sum.expected === sum.actual);
  if (equal) return null;
  return `a false alarm about ${audit?.relation ?? 'a table that was not audited'}: ${JSON.stringify(audit?.differences.slice(0, 3))}`;
}

/** Both sides of the comparison are put into words of one kind; values are evened out by this proof's own rules. */
function expected({ kind, key, sourceKey, field, values, other, times, how }: ExpectedDifference): string {
  const parts: unknown[] = [kind, Array.isArray(key) ? key : content(key as PlainRecord), sourceKey];
  if (kind === 'unreadable') parts.push(field);
  else if (field !== undefined && values !== undefined)
    parts.push([[field, alike(field, values[0]), alike(field, values[1])]]);
  return JSON.stringify([...parts, other ?? null, times ?? null, how ?? null]);
}

function reported(difference: Difference, { table, expected: wanted }: Damage): string {
  const { kind } = difference;
  const origin = 'sourceKey' in difference ? difference : kind === 'unreadable' ? difference.origin : null;
  // Of records that are there more than once nobody can tell which is meant.
  const sourceKey = origin === null ? null : (JSON.parse(origin.sourceKey) as unknown);
  const key = JSON.parse(difference.key) as readonly unknown[];
  const parts: unknown[] = [kind, table.keyFields.length === 0 ? contentOfKey(key) : key, sourceKey];
  if (kind === 'unreadable') parts.push(difference.field);
  if ('fields' in difference)
    parts.push(
      difference.fields.map(({ field, expected: before, actual }) => {
        const name = plainFields.find((one) => one === field);
        return name === undefined ? [field] : [name, alike(name, before), alike(name, actual)];
      }),
    );
  const other = kind === 'moved' ? difference.to : kind === 'swapped' ? difference.with : null;
  const how =
    wanted.some((one) => one.how !== undefined) && 'fields' in difference ? difference.fields[0]?.how : null;
  const times = kind === 'duplicated' ? difference.times : null;
  return JSON.stringify([...parts, other === null ? null : JSON.parse(other), times, how ?? null]);
}

/** Where there is no key the whole content names a record. */
function content(record: PlainRecord): readonly string[] {
  return plainFields.map((field) => alike(field, record[field]));
}

function contentOfKey(key: readonly unknown[]): readonly string[] {
  return plainFields.map((field, at) => alike(field, key[at]));
}
