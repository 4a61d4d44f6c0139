/** An account of HubSpot, as a source and as a target. */
export type { HubspotAddress, HubspotSignIn } from './address.ts';
export { hubspot } from './open.ts';
