/** The mapping document: read it, check it against both systems, try it on every record, explain it. Knows no connector. */
export { mappingJsonSchema } from './mapping-file.ts';
export { describeProblem, type MappingProblem, unreadableMapping } from './mapping-problem.ts';
export { leftBehindName, type MappingText, type ParsedMapping, parseMapping } from './parse-mapping.ts';
