import { CommanderError } from 'commander';
import { isGodwitError } from '../model/index.ts';
import { version } from '../project/index.ts';
import { type ExitCode, exitCode, exitCodeOf } from './exit-code.ts';
import { Output, type OutputStreams } from './output.ts';
import { makeProgram } from './program.ts';
import { VerbRunner } from './run-verb.ts';
import { wrongWords } from './wrong-words.ts';

/** From the words of a command line to a verb of `project`, and back to an exit code. */
export async function runCli(words: readonly string[], streams: OutputStreams): Promise<ExitCode> {
  const run = new VerbRunner(streams);
  const output = new Output(words.includes('--json'), streams);
  const program = makeProgram(version, streams, run);
  try {
    await program.parseAsync(words, { from: 'user' });
    return run.code;
  } catch (error) {
    // The value of a flag, before any verb has begun.
    if (isGodwitError(error)) {
      output.error(error);
      return exitCodeOf(error);
    }
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCode.done;
    // Without a verb the help was printed already; everything else is an error like all others.
    if (error.code !== 'commander.help') output.error(wrongWords(error, program, words));
    return exitCode.wrong;
  }
}
