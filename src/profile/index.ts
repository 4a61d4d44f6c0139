/** Facts about the source's data: what schemas do not say. Streams, in bounded memory; the same data gives the same bytes. */
export { type AwkwardOptions, awkwardKeys } from './awkward-keys.ts';
export { holdsPersonalData } from './personal-text.ts';
export type { AwkwardRecord } from './picked-records.ts';
export type { ProfileOptions } from './profile-options.ts';
export { profileRelation } from './profile-relation.ts';
export { profileSystem } from './profile-system.ts';
