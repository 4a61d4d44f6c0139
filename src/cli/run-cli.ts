import { CommanderError } from 'commander';
import { version } from '../project/index.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import type { OutputStreams } from './output.ts';
import { makeProgram } from './program.ts';
import { VerbRunner } from './run-verb.ts';

/** From the words of a command line to a verb of `project`, and back to an exit code. */
export async function runCli(words: readonly string[], streams: OutputStreams): Promise<ExitCode> {
  const run = new VerbRunner(streams);
  try {
    await makeProgram(version, streams, run).parseAsync(words, { from: 'user' });
    return run.code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCode.done : exitCode.wrong;
  }
}
