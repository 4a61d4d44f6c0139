import { isGodwitError } from '../../model/index.ts';
import type { RestoreCheck } from './check-restored.ts';
import type { ProgramRunner } from './program-runner.ts';
import type { Scratch } from './scratch.ts';

/** What the application reads, and what it has to get: one statement, or a program of the user's. */
export interface AppRead {
  readonly name: string;
  readonly ask: { readonly query: string } | { readonly command: readonly string[] };
  /** The whole answer, without white space around it; null for a program whose exit alone says it. */
  readonly expect: string | null;
}

/** Each of them against what was restored. Answers may hold records: they are in no check. */
export async function checkAppReads(
  reads: readonly AppRead[],
  scratch: Scratch,
  runner: ProgramRunner,
): Promise<readonly RestoreCheck[]> {
  const checks: RestoreCheck[] = [];
  for (const read of reads) checks.push(await checkRead(read, scratch, runner));
  return checks;
}

async function checkRead(read: AppRead, scratch: Scratch, runner: ProgramRunner): Promise<RestoreCheck> {
  const name = `app-read: ${read.name}`;
  try {
    const answer = (await answerTo(read, scratch, runner)).trim();
    if (read.expect === null || answer === read.expect.trim())
      return { name, outcome: 'ok', detail: 'answered as was agreed' };
    return { name, outcome: 'failed', detail: 'the answer is not the one that was agreed' };
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw error;
    const why = isGodwitError(error) ? `: ${error.detail}` : '';
    return { name, outcome: 'failed', detail: `there was no answer${why}` };
  }
}

async function answerTo({ ask }: AppRead, scratch: Scratch, runner: ProgramRunner): Promise<string> {
  if ('query' in ask) return await scratch.ask(ask.query);
  const [program = '', ...args] = ask.command;
  const filled = args.map((arg) =>
    arg.replace(/\{(\w+)\}/g, (whole, name: string) => scratch.places[name] ?? whole),
  );
  return (await runner.run(program, filled, { secrets: scratch.secrets })).out;
}
