import { Argument, type Command } from 'commander';
import { type AttestedCheck, attestedChecks } from '../../model/index.ts';
import { signCheck, signerOf, signSteps } from '../../project/index.ts';
import { keyAt, showThenAsk } from '../ask-person.ts';
import { exitCode } from '../exit-code.ts';
import { namedOrAll, wholeNumber } from '../flag-value.ts';
import { type CommonOptions, type VerbRunner, withCommonOptions } from '../run-verb.ts';

interface StepFlags extends CommonOptions {
  readonly key: string;
  readonly reason?: string;
  readonly all?: boolean;
}

interface CheckFlags extends CommonOptions {
  readonly key: string;
  readonly reference: string;
  readonly file?: string;
  readonly days: number;
}

/** What people sign before a run in production: `approve step`, `approve check`. */
export function addPreCheckVerbs(approve: Command, run: VerbRunner): void {
  withCommonOptions(
    approve
      .command('step [steps...]')
      .description('approve, as their owner, steps that delete, merge or overwrite records'),
  )
    .requiredOption('--key <file>', 'your key')
    .option('--all', 'every step that waits for you')
    .option('--reason <text>', 'why')
    .hook('preAction', (command) => namedOrAll(command.args, command.opts<StepFlags>().all === true))
    .action((steps: string[], flags: StepFlags) =>
      run.onProject(flags, async (project, options, { output }) => {
        const signer = signerOf(project, await keyAt(options.key), showThenAsk(output));
        const wanted = options.all === true ? 'all' : steps;
        const signed = await signSteps(project, signer, { steps: wanted, reason: options.reason ?? null });
        for (const { step, file } of signed)
          output.line(`\n${signer.person.name} approved ${step}\n  written: ${file}`);
        if (signed.length === 0)
          output.line('no step deletes, merges or overwrites records: there is nothing to sign');
        output.result({ signer: signer.person.name, signed });
        output.next('`godwit status`');
        return exitCode.done;
      }),
    );
  withCommonOptions(
    approve
      .command('check')
      .description(
        'sign that monitoring is live, that support has the brief, or that what the target does by itself was looked at',
      )
      .addArgument(new Argument('<what>', 'what you looked at').choices(attestedChecks)),
  )
    .requiredOption('--key <file>', 'your key')
    .requiredOption('--reference <where>', 'where others find it: a dashboard, a ticket, a page')
    .option('--file <brief>', 'the brief that support was given')
    .option('--days <number>', 'for how long', (text) => wholeNumber('--days', text, 365), 30)
    .action((check: AttestedCheck, flags: CheckFlags) =>
      run.onProject(flags, async (project, options, { output }) => {
        const signer = signerOf(project, await keyAt(options.key), showThenAsk(output));
        const { reference, days, file = null } = options;
        const signed = await signCheck(project, signer, { check, reference, file, validDays: days });
        output.line(`\n${signer.person.name} signed for ${check}\nwritten: ${signed.file}`);
        output.result({ signer: signer.person.name, check, file: signed.file });
        output.next('`godwit status`');
        return exitCode.done;
      }),
    );
}
