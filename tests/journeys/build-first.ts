import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Vitest's global set-up of the longer tests: journeys walk the program as its users have it, built from these sources. Their many commands
 * start in half the time.
 */
export function setup(): void {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  execFileSync('npm', ['run', 'build', '--silent'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  process.env['GODWIT_BUILT'] = 'yes';
}
