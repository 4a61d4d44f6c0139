import { enableCompileCache } from 'node:module';

/** `godwit`: the command line as a process. The cache spares most of what a start costs; without it everything works too. */
enableCompileCache();
const { runCli } = await import('./run-cli.ts');
process.exitCode = await runCli(process.argv.slice(2), { out: process.stdout, err: process.stderr });
