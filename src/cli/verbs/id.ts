import type { Command } from 'commander';
import { GodwitError } from '../../model/index.ts';
import { findNewId, findOldKey } from '../../project/index.ts';
import { type IdAnswer, idSection } from '../../reports/index.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { type CommonOptions, type VerbRunner, withCommonOptions } from '../run-verb.ts';

interface IdFlags extends CommonOptions {
  readonly target?: readonly string[];
  readonly run?: string;
}

/** `id`: one record on both sides of the move. */
export function addIdVerb(program: Command, run: VerbRunner): void {
  withCommonOptions(
    program
      .command('id <object> [key...]')
      .description('what one old record became in the target; or, with --target, which old record it was'),
  )
    .option('--target <id...>', 'the way back: the id of a record of the target')
    .option('--run <name>', 'only what this run moved (default: every run of the project)')
    .hook('preAction', (command) => oneSide(command.args.slice(1), command.opts<IdFlags>().target ?? []))
    .action((object: string, key: string[], flags: IdFlags) =>
      run.onProject(flags, async (project, options, { output }) => {
        const { target = [] } = options;
        const asked = { object, run: options.run ?? null };
        const answer =
          target.length > 0
            ? await findOldKey(project, { ...asked, target })
            : await findNewId(project, { ...asked, key });
        output.section(idSection(answer));
        if (answer.more) output.line('and more; no more are listed');
        output.result(answer);
        output.next(nextAfter(answer));
        return exitAfter(answer);
      }),
    );
}

/** Throws `cli.wrong-flag`. */
function oneSide(key: readonly string[], target: readonly string[]): void {
  if (key.length > 0 !== target.length > 0) return;
  const both = key.length > 0;
  throw new GodwitError({
    code: 'cli.wrong-flag',
    title: both ? 'A key of the source is given, and --target is given too' : 'No record is named',
    detail: 'accepted: the key of an old record, part by part; or --target with the id of a new one',
    nextStep: 'Give one of them, for example godwit id <object> 42, or godwit id <object> --target 42.',
    fate: 'never',
  });
}

function exitAfter({ state }: IdAnswer): ExitCode {
  if (state === 'found') return exitCode.done;
  return state === 'several' ? exitCode.person : exitCode.found;
}

function nextAfter({ state, entries }: IdAnswer): string {
  if (state === 'several') return 'look at each of them in both systems: godwit does not choose';
  const [entry] = entries;
  return entry === undefined ? '`godwit status`' : `\`godwit quarantine show ${entry}\``;
}
