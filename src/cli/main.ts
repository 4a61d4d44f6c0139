import { CommanderError } from 'commander';
import { version } from '../project/index.ts';
import { exitCode } from './exit-code.ts';
import { makeProgram } from './program.ts';

/** `godwit`: from the command line to a verb of `project`. Knows flags, text and exit codes; nothing else. */
try {
  await makeProgram(version).parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? exitCode.done : exitCode.wrong;
}
