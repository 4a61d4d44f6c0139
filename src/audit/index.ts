/**
 * Checks independently that the target holds what the source and the mapping say: counts, digests, every field, both
 * directions, relations, exact sums. Never enters the engine: a defect there must not repeat here.
 */
export { auditRelation, type RelationAudit } from './audit-relation.ts';
export type { AuditedObject, AuditedRelation, AuditOptions, IdSource } from './audited-relation.ts';
export { canonicalFormVersion } from './canonical-form.ts';
export type { ChangedField, Difference } from './difference.ts';
export { digestRelation } from './digest-relation.ts';
export { FollowedReferences, type RelationCheck } from './followed-references.ts';
export { apart, type FieldTotal, sumFields } from './sum-fields.ts';
