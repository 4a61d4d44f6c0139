import type { Difference, RelationAudit, RelationCheck } from '../audit/index.ts';
import { maskExample, maskKey } from '../mapping/index.ts';

export interface AuditReport {
  readonly relations: readonly RelationAudit[];
  readonly references: readonly RelationCheck[];
}

/** An audit without a value of any record: what differs, where and how stays; values and personal keys are shown by their shape. */
export function maskAudit(report: AuditReport): AuditReport {
  return {
    relations: report.relations.map(maskRelation),
    references: report.references.map((reference) => ({
      ...reference,
      examples: reference.examples.map(({ key, value }) => ({ key: maskKey(key), value: maskKey(value) })),
    })),
  };
}

function maskRelation(audit: RelationAudit): RelationAudit {
  return {
    ...audit,
    differences: audit.differences.map(maskDifference),
    unexplained: audit.unexplained.map((record) => ({ ...record, key: maskKey(record.key) })),
  };
}

function maskDifference(difference: Difference): Difference {
  const key = maskKey(difference.key);
  if (difference.kind === 'extra' || difference.kind === 'duplicated') return { ...difference, key };
  if (difference.kind === 'unreadable') {
    const { origin } = difference;
    return { ...difference, key, origin: origin && { ...origin, sourceKey: maskKey(origin.sourceKey) } };
  }
  const sourceKey = maskKey(difference.sourceKey);
  switch (difference.kind) {
    case 'missing':
      return { ...difference, key, sourceKey };
    case 'moved':
      return { ...difference, key, sourceKey, to: maskKey(difference.to) };
    case 'changed':
      return { ...difference, key, sourceKey, fields: maskFields(difference.fields) };
    case 'swapped':
      return {
        ...difference,
        key,
        sourceKey,
        with: maskKey(difference.with),
        fields: maskFields(difference.fields),
      };
  }
}

type Fields = Extract<Difference, { kind: 'changed' }>['fields'];

function maskFields(fields: Fields): Fields {
  return fields.map((field) => ({
    ...field,
    expected: maskExample(field.expected),
    actual: maskExample(field.actual),
  }));
}
