import { enableCompileCache } from 'node:module';
import { boundMemory } from './bound-memory.ts';

/** `godwit`: the command line as a process. The cache spares most of what a start costs; without it everything works too. */
enableCompileCache();
boundMemory();
const { runCli } = await import('./run-cli.ts');
process.exitCode = await runCli(process.argv.slice(2), { out: process.stdout, err: process.stderr });
