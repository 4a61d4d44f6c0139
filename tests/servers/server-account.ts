import { execFileSync } from 'node:child_process';

/** The account a database server runs under; null means: as whoever runs the tests. */
export type ServerAccount = { readonly uid: number; readonly gid: number } | null;

/** PostgreSQL refuses to run as root, so root lends it the account `nobody` (initdb wants one that has a name). */
export function serverAccount(): ServerAccount {
  if (!isRoot()) return null;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}
