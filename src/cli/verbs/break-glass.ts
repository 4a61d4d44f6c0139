import type { Command } from 'commander';
import { signBreakGlass, signerOf, signReview } from '../../project/index.ts';
import { keyAt, showThenAsk } from '../ask-person.ts';
import { exitCode } from '../exit-code.ts';
import { type CommonOptions, type VerbRunner, withCommonOptions } from '../run-verb.ts';

interface GlassFlags extends CommonOptions {
  readonly key: string;
  readonly reason: string;
  readonly reject?: boolean;
}

/** `approve break-glass` when there is nobody left to ask, and `approve review`, which has to follow. */
export function addGlassVerbs(approve: Command, run: VerbRunner): void {
  withCommonOptions(
    approve
      .command('break-glass')
      .description('in an emergency: let the runbook run for a day without the approvals it lacks'),
  )
    .requiredOption('--key <file>', 'your key')
    .requiredOption('--reason <text>', 'why it cannot wait; it stays in the evidence')
    .action((flags: GlassFlags) =>
      run.onProject(flags, async (project, { key, reason }, { output }) => {
        const signer = signerOf(project, await keyAt(key), showThenAsk(output));
        const broken = await signBreakGlass(project, signer, reason);
        output.line(
          `\nGLASS BROKEN: ${signer.person.name} lets ${broken.runbook} run without the approvals it lacks\nwritten: ${broken.file}`,
        );
        output.result({ signer: signer.person.name, ...broken });
        output.next(
          `\`godwit run\`; within ${broken.reviewHours} hours others look at it: \`godwit approve review --key <file> --reason <what they found>\``,
        );
        return exitCode.done;
      }),
    );
  withCommonOptions(
    approve.command('review').description('look at runs that somebody let run without their approvals'),
  )
    .requiredOption('--key <file>', 'your key')
    .requiredOption('--reason <text>', 'what you found')
    .option('--reject', 'it was not justified')
    .action((flags: GlassFlags) =>
      run.onProject(flags, async (project, { key, reason, reject }, { output }) => {
        const signer = signerOf(project, await keyAt(key), showThenAsk(output));
        const verdict = reject === true ? ('not-justified' as const) : ('justified' as const);
        const signed = await signReview(project, signer, { verdict, reason });
        for (const { file, glass } of signed)
          output.line(
            `\n${signer.person.name} looked at what ${glass.by} did at ${glass.at}: ${verdict.replace('-', ' ')}\nwritten: ${file}`,
          );
        output.result({ signer: signer.person.name, signed });
        output.next('`godwit status`');
        return exitCode.done;
      }),
    );
}
