import { findRelation, type Relation, type Schema } from '../model/index.ts';
import type { AuditReport } from '../reports/index.ts';

/** Everything an audit found: differing records, records without an explanation, references that lead nowhere. */
export function differencesIn(report: AuditReport): number {
  const records = report.relations.reduce(
    (sum, { differences, unexplainedCount }) => sum + differences.length + unexplainedCount,
    0,
  );
  return report.references.reduce((sum, { unresolved }) => sum + unresolved, records);
}

/** The same, and how many of them are about the identity of a record or about a point in time. */
export function differencesByKind(
  report: AuditReport,
  target: Schema,
): { readonly auditDifferences: number; readonly idsDiffer: number; readonly timestampsDiffer: number } {
  let [idsDiffer, timestampsDiffer] = [0, 0];
  for (const { relation: name, differences } of report.relations) {
    const times = timeFields(findRelation(target, name));
    for (const difference of differences) {
      if (identityKinds.has(difference.kind)) idsDiffer += 1;
      if ('fields' in difference && difference.fields.some(({ field }) => times.has(field)))
        timestampsDiffer += 1;
    }
  }
  for (const { unresolved } of report.references) idsDiffer += unresolved;
  return { auditDifferences: differencesIn(report), idsDiffer, timestampsDiffer };
}

const identityKinds: ReadonlySet<string> = new Set(['missing', 'extra', 'duplicated', 'moved']);
const timeKinds: ReadonlySet<string> = new Set(['date', 'time', 'timestamp', 'instant']);

function timeFields(relation: Relation | undefined): ReadonlySet<string> {
  const fields = relation?.fields.filter(({ type }) => timeKinds.has(type.kind)) ?? [];
  return new Set(fields.map(({ name }) => name));
}
