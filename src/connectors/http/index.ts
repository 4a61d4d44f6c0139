/** The transport: how every system behind HTTP is called, within its quotas. */
export * from './adaptive-limit.ts';
export * from './call.ts';
export * from './oauth/oauth-tokens.ts';
export * from './oauth/token-source.ts';
export * from './quota/forecast.ts';
export * from './quota/sqlite-quota-book.ts';
export * from './send-batch.ts';
export * from './throttle.ts';
export * from './throttles/attio.ts';
export * from './throttles/confluence.ts';
export * from './throttles/front.ts';
export * from './throttles/hubspot.ts';
export * from './throttles/notion.ts';
export * from './throttles/salesforce.ts';
export * from './throttles/zendesk.ts';
export * from './transport.ts';
export * from './wire.ts';
