/** Stand-ins for SaaS systems with their real limits, refusals and quirks, so that a move can be rehearsed without touching a vendor. */

export * from './hubspot/open-practice-hubspot.ts';
export type { PracticeOptions } from './open-practice-system.ts';
export type { PracticeServer } from './practice-server.ts';
export * from './salesforce/open-practice-salesforce.ts';
