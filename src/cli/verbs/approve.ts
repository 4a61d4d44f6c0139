import type { Command } from 'commander';
import {
  decidableFindings,
  nextAfterApproval,
  type Project,
  signContinue,
  signerOf,
  signFinding,
  signMapping,
  signPolicy,
  signResult,
  signRunbook,
  stopInWords,
} from '../../project/index.ts';
import { counted } from '../../reports/index.ts';
import { keyAt, showThenAsk } from '../ask-person.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { namedOrAll, wholeNumber } from '../flag-value.ts';
import { type CommonOptions, type Desk, type VerbRunner, withCommonOptions } from '../run-verb.ts';
import { addGlassVerbs } from './break-glass.ts';
import { addCarryVerbs } from './carry.ts';
import { addPreCheckVerbs } from './pre-checks.ts';

interface SignFlags extends CommonOptions {
  readonly key: string;
  readonly reason?: string;
  readonly days?: number;
  readonly all?: boolean;
  readonly reject?: boolean;
}

/** The verbs by which people agree, here: `approve mapping`, `approve finding`, `approve runbook`, `approve result`, `approve people`. */
export function addApproveVerbs(program: Command, run: VerbRunner): void {
  const approve = program
    .command('approve')
    .description('sign: the mapping, a decision on a finding, the runbook, the result');
  addCarryVerbs(approve, run);
  addResult(approve, run);
  addContinue(approve, run);
  addPeople(approve, run);
  addGlassVerbs(approve, run);
  addMapping(approve, run);
  addFinding(approve, run);
  addRunbook(approve, run);
  addPreCheckVerbs(approve, run);
}

function addMapping(approve: Command, run: VerbRunner): void {
  withCommonOptions(approve.command('mapping').description('sign the mapping as its author'))
    .requiredOption('--key <file>', 'your key')
    .action((flags: SignFlags) =>
      run.onProject(flags, async (project, options, desk) => {
        const signer = await theSigner(project, options, desk);
        const { file, digest } = await signMapping(project, signer);
        desk.output.line(`\n${signer.person.name} signed the mapping ${digest}\nwritten: ${file}`);
        desk.output.result({ signer: signer.person.name, digest, file });
        desk.output.next('`godwit plan`');
        return exitCode.done;
      }),
    );
}

function addFinding(approve: Command, run: VerbRunner): void {
  withCommonOptions(
    approve.command('finding [ids...]').description('accept what findings say, for the records they counted'),
  )
    .requiredOption('--key <file>', 'your key')
    .requiredOption('--reason <text>', 'why this is acceptable')
    .option('--all', 'every finding that blocks and may be decided')
    .option('--days <number>', 'for how long', (text) => wholeNumber('--days', text, 9999), 90)
    .hook('preAction', (command) => namedOrAll(command.args, command.opts<SignFlags>().all === true))
    .action((ids: string[], flags: SignFlags) =>
      run.onProject(flags, async (project, options, desk) => signFindings(project, ids, options, desk)),
    );
}

function addRunbook(approve: Command, run: VerbRunner): void {
  withCommonOptions(
    approve.command('runbook').description('approve, or reject, exactly the runbook in runbook.yaml'),
  )
    .requiredOption('--key <file>', 'your key')
    .option('--reject', 'reject it')
    .option('--reason <text>', 'why')
    .action((flags: SignFlags) =>
      run.onProject(flags, async (project, options, desk) => {
        const signer = await theSigner(project, options, desk);
        const decision = options.reject === true ? 'reject' : 'approve';
        const reason = options.reason ?? null;
        const { file, runbook } = await signRunbook(project, signer, { decision, reason });
        desk.output.line(
          `\n${signer.person.name} ${decision === 'approve' ? 'approved' : 'rejected'} ${runbook}\nwritten: ${file}`,
        );
        desk.output.result({ signer: signer.person.name, runbook, decision, file });
        desk.output.next(
          decision === 'approve' ? nextAfterApproval(project) : 'settle the reason, then `godwit plan`',
        );
        return exitCode.done;
      }),
    );
}

function addResult(approve: Command, run: VerbRunner): void {
  withCommonOptions(
    approve.command('result').description('audit once more, and sign the result as its owner'),
  )
    .requiredOption('--key <file>', 'your key')
    .action((flags: SignFlags) =>
      run.onProject(flags, async (project, options, desk) => {
        const signer = await theSigner(project, options, desk);
        const result = await signResult(project, signer);
        desk.output.line(
          `\n${signer.person.name} signed the result of ${result.run}: ${counted(result.differences, 'difference')}, ${counted(result.quarantined, 'record')} in quarantine\nwritten: ${result.file}`,
        );
        desk.output.result({ signer: signer.person.name, ...result });
        desk.output.next('`godwit report`');
        return exitCode.done;
      }),
    );
}

function addContinue(approve: Command, run: VerbRunner): void {
  withCommonOptions(
    approve
      .command('continue')
      .description('sign that a stopped run goes on; only the person the runbook names for it can'),
  )
    .requiredOption('--key <file>', 'your key')
    .requiredOption('--reason <text>', 'why it may go on')
    .action((flags: SignFlags) =>
      run.onProject(flags, async (project, options, desk) => {
        const { output } = desk;
        const signer = await theSigner(project, options, desk);
        const signed = await signContinue(project, signer, options.reason ?? '');
        for (const { file, stop } of signed)
          output.line(`\n${stopInWords(stop)}\n  ${signer.person.name} lets it go on\n  written: ${file}`);
        output.result({ signer: signer.person.name, signed });
        output.next('`godwit run`');
        return exitCode.done;
      }),
    );
}

function addPeople(approve: Command, run: VerbRunner): void {
  withCommonOptions(
    approve
      .command('people')
      .description('agree, as one who decided so far, to the people and approvals that godwit.yaml has now'),
  )
    .requiredOption('--key <file>', 'your key')
    .action((flags: SignFlags) =>
      run.onProject(flags, async (project, options, { output }) => {
        const agreed = await signPolicy(project, await keyAt(options.key), showThenAsk(output));
        output.line(`\n${agreed.signer} agrees to ${agreed.policy}\nwritten: ${agreed.file}`);
        output.line(
          agreed.inForce
            ? `agreed by ${agreed.agreedBy.join(', ')}: it holds from now on`
            : agreed.refusals.map(({ what }) => what).join('; '),
        );
        output.result(agreed);
        output.next(
          agreed.inForce
            ? '`godwit plan`: what was planned under the people before is over'
            : 'ask the others: `godwit approve people --key <file>`, or `godwit approve request people --out <file>`',
        );
        return exitCode.done;
      }),
    );
}

async function signFindings(
  project: Project,
  ids: readonly string[],
  options: SignFlags,
  desk: Desk,
): Promise<ExitCode> {
  const { output } = desk;
  const signer = await theSigner(project, options, desk);
  const validDays = options.days ?? 90;
  const signed: { finding: string; file: string }[] = [];
  for (const id of options.all === true ? decidableFindings(project) : ids) {
    const { file, finding } = await signFinding(project, signer, {
      finding: id,
      reason: options.reason ?? '',
      validDays,
    });
    output.line(`\n${signer.person.name} accepts: ${finding.title}\n  written: ${file}`);
    signed.push({ finding: id, file });
  }
  output.result({ signer: signer.person.name, signed });
  if (signed.length === 0) output.line('there is no finding that blocks and may be decided');
  output.next('`godwit plan`');
  return exitCode.done;
}

async function theSigner(
  project: Project,
  { key }: SignFlags,
  { output }: Desk,
): Promise<ReturnType<typeof signerOf>> {
  return signerOf(project, await keyAt(key), showThenAsk(output));
}
