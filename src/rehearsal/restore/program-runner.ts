import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ProgramCall, type ProgramEnd, runProgram } from '../../host/index.ts';
import { programFailed } from './faults.ts';
import { sayableLines } from './sayable-lines.ts';

export interface RunnerOptions {
  /** Where the client programs lie; null: wherever PATH finds them. */
  readonly programs: string | null;
  /** What every program sees of the environment, without any secret. */
  readonly environment: Readonly<Record<string, string>>;
  /** The project folder: paths in arguments are relative to it. */
  readonly folder: string;
  /** Where everything that programs print is kept, for the one who runs the drill. */
  readonly output: string;
  readonly signal: AbortSignal;
}

/** Starts the clients of a database, each with what it needs to log in. What they print may hold records: it goes into one file. */
export class ProgramRunner {
  readonly #options: RunnerOptions;

  constructor(options: RunnerOptions) {
    this.#options = options;
    writeFileSync(options.output, '', { mode: 0o600 });
  }

  /** The first line of what `--version` says. */
  async version(program: string): Promise<string> {
    const { out } = await this.run(program, ['--version'], {});
    return out.split('\n')[0]?.trim() ?? '';
  }

  /**
   * Runs it, and answers with what it printed.
   * @param secrets environment variables that only this program sees
   * Throws `drill.program-failed`, `host.program-missing`.
   */
  async run(
    program: string,
    args: readonly string[],
    { secrets = {}, input, signal }: Given,
  ): Promise<ProgramEnd> {
    const { programs, environment, folder, output } = this.#options;
    const ended = await runProgram({
      program: programs === null || program.includes('/') ? program : join(programs, program),
      args,
      environment: { ...environment, ...secrets },
      folder,
      signal: signal ?? this.#options.signal,
      ...(input ? { input } : {}),
    });
    if (ended.err !== '') appendFileSync(output, `--- ${program}\n${ended.err}\n`);
    if (ended.exit === 0) return ended;
    throw programFailed(program, sayableLines(ended.err), output);
  }
}

interface Given extends Partial<Pick<ProgramCall, 'input' | 'signal'>> {
  readonly secrets?: Readonly<Record<string, string>>;
}
