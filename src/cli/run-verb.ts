import type { Command } from 'commander';
import { systemClock } from '../host/index.ts';
import { GodwitError, isGodwitError } from '../model/index.ts';
import { openProject, type Project, type ProjectOptions, type WaitTold } from '../project/index.ts';
import { type ExitCode, exitCode, exitCodeOf, isAbort } from './exit-code.ts';
import { machineFault } from './machine-fault.ts';
import { Output, type OutputStreams } from './output.ts';
import { ProgressDisplay } from './progress-display.ts';
import { waitLine } from './wait-line.ts';

/** Options every verb takes. */
export interface CommonOptions {
  readonly project?: string;
  readonly json?: boolean;
}

/** What a verb is given to work with. */
export interface Desk {
  readonly output: Output;
  readonly signal: AbortSignal;
  readonly progress: ProgressDisplay;
}

export type ProjectVerb<Options> = (project: Project, options: Options, desk: Desk) => Promise<ExitCode>;

/**
 * Runs one verb from flags to exit code. Ctrl-C once asks it to stop at the next safe place, twice ends at once: every
 * durable thing is written whole, so that is safe too, only less tidy.
 */
export class VerbRunner {
  readonly #streams: OutputStreams;
  #code: ExitCode = exitCode.done;

  constructor(streams: OutputStreams) {
    this.#streams = streams;
  }

  /** What the verb that ran ended with. */
  get code(): ExitCode {
    return this.#code;
  }

  async plain(options: CommonOptions, verb: (desk: Desk) => Promise<ExitCode>): Promise<void> {
    const output = new Output(options.json === true, this.#streams);
    const stop = new AbortController();
    const onInterrupt = (): void => {
      if (stop.signal.aborted) process.exit(exitCode.interrupted);
      output.progressLine('stopping at the next safe place; press Ctrl-C again to stop at once');
      stop.abort();
    };
    process.on('SIGINT', onInterrupt);
    process.on('SIGTERM', onInterrupt);
    using progress = await ProgressDisplay.on(output, () => systemClock.elapsedMs());
    try {
      this.#code = await verb({ output, signal: stop.signal, progress });
    } catch (error) {
      this.#code = report(error, output);
    } finally {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onInterrupt);
    }
  }

  /** The same for verbs that work on an existing project folder. */
  async onProject<Options extends CommonOptions>(
    options: Options,
    verb: ProjectVerb<Options>,
    { callsWaitMostMs }: Pick<ProjectOptions, 'callsWaitMostMs'> = {},
  ): Promise<void> {
    await this.plain(options, async (desk) => {
      await using project = await openProject(options.project ?? '.', {
        signal: desk.signal,
        // Who does not wait for long tells in its result what it would have waited for.
        ...(callsWaitMostMs === undefined
          ? { onWait: (told: WaitTold) => desk.progress.done(waitLine(told)) }
          : { callsWaitMostMs }),
      });
      return await verb(project, options, desk);
    });
  }
}

function report(error: unknown, output: Output): ExitCode {
  if (isGodwitError(error)) output.error(error);
  else if (isAbort(error))
    output.progressLine('stopped; nothing is half done. Run the same command again to go on.');
  else {
    const refused = machineFault(error);
    output.error(refused ?? defect(error));
    return exitCodeOf(refused ?? error);
  }
  return exitCodeOf(error);
}

function defect(error: unknown): GodwitError {
  return new GodwitError({
    code: 'cli.defect',
    title: 'godwit itself failed',
    detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
    nextStep: 'Report this text; what was committed before it is whole, and the command can be run again.',
    fate: 'never',
    cause: error,
  });
}

/** Adds the options every verb takes. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--project <folder>', 'project folder (default: the nearest godwit.yaml upwards)')
    .option('--json', 'print one JSON document instead of text');
}
