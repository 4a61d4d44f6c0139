import type { Connector } from '../port.ts';
import { type FilesAddress, sandboxAddress } from './address.ts';
import { filesCapabilities } from './capabilities.ts';

/** The connector for folders of CSV files, or of JSON Lines files. What a move does not open is never loaded: the shelf itself is behind this import. */
export function filesConnector(kind: 'csv' | 'jsonl'): Connector<FilesAddress> {
  return {
    kind,
    capabilities: filesCapabilities(kind),
    open: async (address, context) =>
      (await import('./system.ts')).openFolder({ ...address, format: kind }, context),
    sandboxAddress,
  };
}
