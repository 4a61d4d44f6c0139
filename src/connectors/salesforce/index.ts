/** An org of Salesforce, as a source and for the checks of a target. */
export type { SalesforceAddress, SalesforceSignIn } from './address.ts';
export { salesforce } from './open.ts';
