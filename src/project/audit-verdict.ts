import type { AuditReport } from '../reports/index.ts';

/** Everything an audit found: differing records, records without an explanation, references that lead nowhere. */
export function differencesIn(report: AuditReport): number {
  const records = report.relations.reduce(
    (sum, { differences, unexplainedCount }) => sum + differences.length + unexplainedCount,
    0,
  );
  return report.references.reduce((sum, { unresolved }) => sum + unresolved, records);
}
