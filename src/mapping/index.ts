/** The mapping document: read it, check it against both systems, try it on every record, explain it. Knows no connector. */
export type { CheckedField } from './check-fields.ts';
export { checkMapping, type MappingCheck } from './check-mapping.ts';
export { explainMapping, type MappingRow } from './explain-mapping.ts';
export { type FitCheck, startFit } from './fit-check.ts';
export type { FitOptions } from './fit-options.ts';
export type { FitResult, UnmatchedValues } from './fit-result.ts';
export { createKeyCounter, type KeyCounter } from './key-counter.ts';
export { mappingContent, objectContent } from './mapping-content.ts';
export { mappingJsonSchema } from './mapping-file.ts';
export { describeProblem, type MappingProblem, unreadableMapping } from './mapping-problem.ts';
export { maskExample } from './mask-example.ts';
export type { ObjectDependency } from './object-dependencies.ts';
export { leftBehindName, type MappingText, type ParsedMapping, parseMapping } from './parse-mapping.ts';
export { type SkeletonProfiles, skeletonMapping } from './skeleton-mapping.ts';
export { type FieldSuggestion, type RankedField, rankTargetFields, suggestFields } from './suggest-fields.ts';
export { type RelationSuggestion, suggestRelations } from './suggest-relations.ts';
export { suggestValues, type ValueSuggestion } from './suggest-values.ts';
export type { SuggestionProfiles } from './value-similarity.ts';
