import { dirname, join } from 'node:path';
import { sqliteFault } from './faults.ts';

/** A file on this machine. */
export interface SqliteAddress {
  readonly path: string;
}

/** A sandbox is a file beside the one it belongs to: `<name>.sqlite`. */
export function sandboxAddress(address: SqliteAddress, name: string): SqliteAddress {
  if (!/^godwit_\w+$/.test(name)) throw sqliteFault.sandboxName(name);
  return { path: join(dirname(address.path), `${name}.sqlite`) };
}
