import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
let built = false;

/** The program as its users have it, built from the sources when it is first asked for: from the sources a start takes longer. */
export function builtGodwit(): string {
  if (!built)
    execFileSync('npm', ['run', 'build', '--silent'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  built = true;
  return `${root}bin/godwit.cjs`;
}
