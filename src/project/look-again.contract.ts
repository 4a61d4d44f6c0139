import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { OpenSystem } from '../connectors/index.ts';
import { silentLog } from '../host/index.ts';
import { isGodwitError } from '../model/index.ts';
import { openProject } from './project.ts';

/**
 * A process on a machine of its own that opens both systems of its project, and from a word on its standard input on looks at them
 * again and again. It says when they are open, each call's outcome and each wait, a line of JSON each, and goes on until it is ended.
 * Argument: the folder of the project.
 */
const [folder = ''] = process.argv.slice(2);

export type Said = { readonly open: true } | { readonly outcome: string } | { readonly waitsFor: string };

const say = (said: Said): void => void process.stdout.write(`${JSON.stringify(said)}\n`);

const log: typeof silentLog = {
  ...silentLog,
  debug: (message, details) => {
    if (message === 'call') say({ outcome: String(details?.['outcome']) });
  },
  info: (message, details) => {
    if (message === 'pause') say({ waitsFor: String(details?.['because']) });
  },
};

/** As the engine does: what may pass is tried again. */
async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (;;)
    try {
      return await work();
    } catch (error) {
      if (!isGodwitError(error) || error.fate !== 'later') throw error;
      await delay(20);
    }
}

async function lookAgain({ inspects }: OpenSystem): Promise<never> {
  for (;;) await patiently(async () => inspects.inspect());
}

await using project = await openProject(folder, { log });
const systems = [
  await patiently(async () => project.source()),
  await patiently(async () => project.targetToRead()),
];
say({ open: true });
await once(process.stdin, 'data');
await Promise.all(systems.map(lookAgain));
