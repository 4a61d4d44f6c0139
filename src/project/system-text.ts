import { basename } from 'node:path';
import type { SystemSettings } from './settings.ts';

/** A system by its kind and its place: `Salesforce at acme.my.salesforce.com`. */
export function systemText(system: SystemSettings): string {
  if (system.kind === 'sqlite') return `SQLite ${basename(system.path)}`;
  if (system.kind === 'postgres') return `PostgreSQL ${system.database} (${system.schema})`;
  if (system.kind === 'mysql') return `MySQL ${system.database}`;
  if (system.kind === 'salesforce') return `Salesforce at ${new URL(system.instance).host}`;
  if (system.kind === 'hubspot') return `HubSpot at ${new URL(system.api).host}`;
  return `${system.kind === 'csv' ? 'CSV' : 'JSON Lines'} in ${basename(system.folder)}`;
}
