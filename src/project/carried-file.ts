import { readFileSync, statSync } from 'node:fs';
import type { GodwitError } from '../model/index.ts';

/** The bytes of a file that somebody brought from elsewhere; throws what `refuse` makes of the reason why it cannot be read. */
export function readCarriedFile(path: string, refuse: (detail: string) => GodwitError): Uint8Array {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw refuse('there is no such file');
  if (found.isDirectory()) throw refuse('it is a folder');
  return readFileSync(path);
}
