import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { JournalKillResult } from '../journal-kill/journal-kill.ts';
import type { AloneOrder } from '../journal-kill/journal-kill-alone.ts';
import type { Proof } from '../proof.ts';

const lives = 10;
/** Room for the journal and its log as it is between two checkpoints. */
const size = '12m';

/**
 * 300 lives of processes that write into the real SQLite journal, on a file system in memory of 12 MiB: killed with SIGKILL, or
 * ended by a full disk. The file system is mounted in a namespace of its own and goes with it; only Linux has that.
 */
export const prove: Proof = async ({ seed, count, say }) => {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-journal-kill-'));
  try {
    const journals = Math.ceil((count ?? 300) / lives);
    const result = await alone({ folder, seed, journals, lives }, say);
    const { violations, ...figures } = result;
    const holds = violations.length === 0 && figures.lives === journals * lives;
    return { holds, figures: { ...figures, fileSystem: `tmpfs of ${size}`, violations: violations.length } };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

async function alone(order: AloneOrder, say: (line: string) => void): Promise<JournalKillResult> {
  const script = fileURLToPath(new URL('../journal-kill/journal-kill-alone.ts', import.meta.url));
  const mounted = `mount -t tmpfs -o size=${size} none "$0" && exec "$@"`;
  const inside = ['sh', '-c', mounted, order.folder, process.execPath, '--no-warnings', script];
  const child = spawn(
    'unshare',
    ['--user', '--map-root-user', '--mount', '--fork', '--kill-child', ...inside, JSON.stringify(order)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  let result: JournalKillResult | null = null;
  for await (const line of createInterface({ input: child.stdout }))
    if (line.startsWith('result ')) result = JSON.parse(line.slice(7)) as JournalKillResult;
    else say(line);
  const [code] = await exited;
  if (!result) throw new Error(`the process in the small file system ended with ${String(code)}`);
  return result;
}
