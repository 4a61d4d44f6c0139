/**
 * The systems godwit can move records between. Everything else in the house knows them only through the port; which shelf
 * belongs to which kind is decided here.
 */
import { filesConnector } from './files/index.ts';
import { hubspot } from './hubspot/index.ts';
import { mysql } from './mysql/index.ts';
import type { Capabilities } from './port.ts';
import { postgres } from './postgres/index.ts';
import { salesforce } from './salesforce/index.ts';
import { sqlite } from './sqlite/index.ts';

export { type Brake, readingsFor, SystemBrake } from './brakes.ts';
export { type FileOptions, type FilesAddress, filesConnector } from './files/index.ts';
export * from './http/index.ts';
export { type HubspotAddress, type HubspotSignIn, hubspot } from './hubspot/index.ts';
export { type MysqlAddress, mysql } from './mysql/index.ts';
export { OthersWatch } from './others-at-work.ts';
export type { OwnDatabase, OwnSession, OwnTables } from './own-database.ts';
export { pacedSystem } from './paced-system.ts';
export type * from './port.ts';
export {
  type PostgresAddress,
  postgres,
  postgresLineStore,
  postgresOwnDatabase,
} from './postgres/index.ts';
export { ReadPace } from './read-pace.ts';
export { type SalesforceAddress, type SalesforceSignIn, salesforce } from './salesforce/index.ts';
export { type SqliteAddress, sqlite } from './sqlite/index.ts';

/** What a system of that kind can do, and why not what it cannot. */
export function capabilitiesOf(kind: Capabilities['kind']): Capabilities {
  if (kind === 'csv' || kind === 'jsonl') return filesConnector(kind).capabilities;
  return { sqlite, postgres, mysql, salesforce, hubspot }[kind].capabilities;
}
