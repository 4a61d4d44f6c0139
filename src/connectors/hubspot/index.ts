/** An account of HubSpot, as a source and for the checks of a target. */
export type { HubspotAddress, HubspotSignIn } from './address.ts';
export { hubspot } from './open.ts';
