/** Folders of CSV and JSON Lines files, as source and as target. */
export type { FileOptions, FilesAddress } from './address.ts';
export { filesConnector } from './open.ts';
