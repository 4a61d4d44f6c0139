import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ChildOrder } from './journal-kill-child.ts';

/** How a process that called the journal again and again ended. */
export interface LifeEnd {
  readonly killed: boolean;
  /** Calls that were promised, those before this life included. */
  readonly promised: number;
  /** Whether one more was begun and cut off. */
  readonly cutOff: boolean;
  /** What it failed with; null where it was killed. */
  readonly failed: string | null;
}

/** When a process is killed: so long after the beginning of one of its calls. */
export interface KillMoment {
  readonly callsBefore: number;
  readonly afterMs: number;
}

/** Starts a process that calls the journal, and kills it with SIGKILL. */
export async function oneLife(order: ChildOrder, { callsBefore, afterMs }: KillMoment): Promise<LifeEnd> {
  const script = fileURLToPath(new URL('./journal-kill-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', script, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  let complaint = '';
  child.stderr.on('data', (text) => (complaint += String(text)));
  let [begun, promised, failed] = [order.held, order.held, null as string | null];
  for await (const line of createInterface({ input: child.stdout })) {
    const [word = '', ...rest] = line.split(' ');
    if (word === 'begun') begun = Number(rest[0]) + 1;
    if (word === 'begun' && begun === order.held + callsBefore + 1)
      void delay(afterMs).then(() => child.kill('SIGKILL'));
    if (word === 'done') promised = Number(rest[0]) + 1;
    if (word === 'failed') failed = rest.join(' ');
  }
  const [code, signal] = await exited;
  if (failed === null && signal !== 'SIGKILL')
    throw new Error(`the process ended with ${code ?? signal}: ${complaint}`);
  return { killed: signal === 'SIGKILL', promised, cutOff: begun > promised, failed };
}
