/** The words everything else is said in. Imports nothing, knows no engine, no file, no clock. */
export * from './facts.ts';
export * from './field-type.ts';
export * from './finding.ts';
export * from './fingerprint.ts';
export * from './godwit-error.ts';
export * from './hex.ts';
export * from './mapping.ts';
export * from './position.ts';
export * from './record-batch.ts';
export * from './record-key.ts';
export * from './runbook.ts';
export * from './schema.ts';
export * from './secret.ts';
export * from './slice.ts';
export * from './value.ts';
export * from './warrant.ts';
