import { realpathSync, statSync } from 'node:fs';
import type { Fingerprint } from '../../model/index.ts';

/**
 * Which file this is: its real path, and the identity its file system gave it (inode and time of birth). Writing into the
 * file, also changing its structure, leaves both; a copy has another path, a file put in its place (a restored backup, a
 * clone) another identity. Not a row inside: a copy would carry it along, and writing the first one would change the answer.
 */
export function fingerprintOf(path: string): Fingerprint {
  const { ino, birthtimeNs } = statSync(path, { bigint: true });
  return {
    kind: 'sqlite',
    server: `file ${ino} born ${birthtimeNs}`,
    address: realpathSync(path),
    database: 'main',
    namespace: '',
  };
}
