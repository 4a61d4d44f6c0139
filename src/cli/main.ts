import { enableCompileCache } from 'node:module';
import { boundMemory } from './bound-memory.ts';

/** `godwit`: the command line as a process. `bin/` says where compiled code is kept; from the sources it is Node's own place. */
enableCompileCache();
boundMemory();
// Whoever reads may stop reading (`| head`): the verb goes on to its end, only nobody hears it.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
const { runCli } = await import('./run-cli.ts');
process.exitCode = await runCli(process.argv.slice(2), { out: process.stdout, err: process.stderr });
