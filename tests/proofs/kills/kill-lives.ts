import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Struck } from './struck.ts';

export interface KilledLives {
  readonly struck: Struck;
  /** One life of a move, which goes on where the life before it was ended; and what it is given. */
  readonly script: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly killsMost: number;
  /** From 0 to 1. */
  readonly random: () => number;
}

/**
 * Lets a move live again and again, killed with SIGKILL at a call drawn at random: before it is worked on, after that and before it
 * is answered, or some moment later; until a life comes to its end.
 *
 * @returns the call of its life, and where in it, at which each kill fell
 */
export async function killLives(lives: KilledLives): Promise<readonly string[]> {
  const { struck, script, args, folder, killsMost, random } = lives;
  const kills: string[] = [];
  for (;;) {
    const child = spawn(process.execPath, ['--no-warnings', script, ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      // What its first life reads of the modules need not be read again by those after it.
      env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
    });
    if (kills.length < killsMost) struck.aim(child, kills.length, random);
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    if (signal === 'SIGKILL') kills.push(struck.where);
    else if (code === 0) return kills;
    else throw new Error(`the move ended with ${String(code ?? signal)}`);
  }
}
