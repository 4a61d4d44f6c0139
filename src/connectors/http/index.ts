/** The transport: how every system behind HTTP is called, within its quotas. */
export * from './adaptive-limit.ts';
export * from './backoff.ts';
export * from './circuit.ts';
export * from './governor.ts';
export * from './quota/sqlite-quota-book.ts';
export * from './retry-budget.ts';
