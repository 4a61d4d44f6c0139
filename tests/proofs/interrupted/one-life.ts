import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ChildLine, ChildOrder } from './interrupted-child.ts';

const script = fileURLToPath(new URL('./interrupted-child.ts', import.meta.url));

/** A process that moves, for as long as it is let live. */
export class OneLife {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #exited: Promise<[number | null, NodeJS.Signals | null]>;
  #complaint = '';

  constructor(order: ChildOrder) {
    this.#child = spawn(process.execPath, ['--no-warnings', script, JSON.stringify(order)], {
      // What it compiles is kept for the lives after it: most of a short life is its start.
      env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'godwit-interrupted-compiled') },
    });
    this.#exited = once(this.#child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    this.#child.stderr.on('data', (text) => (this.#complaint += String(text)));
    // Whoever was killed reads no answer.
    this.#child.stdin.on('error', () => undefined);
  }

  async *says(): AsyncGenerator<ChildLine> {
    for await (const line of createInterface({ input: this.#child.stdout }))
      yield JSON.parse(line) as ChildLine;
  }

  goOnUntil(applied: number): void {
    this.#child.stdin.write(`${applied}\n`);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** How it ended; whoever ended otherwise than as one may throws with what it wrote. */
  async ended(): Promise<'killed' | 'done' | 'failed'> {
    const [code, signal] = await this.#exited;
    if (signal === 'SIGKILL') return 'killed';
    if (code === 0) return 'done';
    if (code === 3) return 'failed';
    throw new Error(`the move ended with ${code ?? signal}: ${this.#complaint}`);
  }
}
