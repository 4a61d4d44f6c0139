import { dirname, join } from 'node:path';
import { sqliteFault } from './faults.ts';

/** A file on this machine. */
export interface SqliteAddress {
  readonly path: string;
  /** How long to wait for another program's lock before giving up for now; five seconds unless said. */
  readonly lockWaitMs?: number;
}

/** A sandbox is a file beside the one it belongs to: `<name>.sqlite`. */
export function sandboxAddress(address: SqliteAddress, name: string): SqliteAddress {
  if (!/^godwit_\w+$/.test(name)) throw sqliteFault.sandboxName(name);
  return { ...address, path: join(dirname(address.path), `${name}.sqlite`) };
}
