import type { Command } from 'commander';
import { stopInWords, stopRun } from '../../project/index.ts';
import { exitCode } from '../exit-code.ts';
import { type CommonOptions, type VerbRunner, withCommonOptions } from '../run-verb.ts';

interface StopFlags extends CommonOptions {
  readonly as: string;
  readonly reason: string;
}

/** `stop`: for everybody on the team. No key is asked for: whoever sees a fire need not look for one. */
export function addStopVerb(program: Command, run: VerbRunner): void {
  withCommonOptions(
    program
      .command('stop')
      .description('stop the run at the next safe place, whoever runs it; going on then needs a signature'),
  )
    .requiredOption('--as <person>', 'who you are, as godwit.yaml writes it')
    .requiredOption('--reason <text>', 'why; it stays in the ledger')
    .action((flags: StopFlags) =>
      run.onProject(flags, async (project, options, { output }) => {
        const { run: name, stop } = await stopRun(project, options.as, options.reason);
        output.line(`${name}: ${stopInWords(stop)}`);
        output.result({ run: name, stop });
        output.next(
          `\`godwit status\`; then ${stop.decides} signs \`godwit approve continue --key <file> --reason <why>\`, or \`godwit rollback\``,
        );
        return exitCode.done;
      }),
    );
}
