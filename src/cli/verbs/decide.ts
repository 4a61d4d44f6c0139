import type { Command } from 'commander';
import { GodwitError, type Secret } from '../../model/index.ts';
import {
  decidableFindings,
  importDecision,
  keyPassphrase,
  makeKey,
  openKey,
  type Project,
  planRun,
  signContinue,
  signerOf,
  signFinding,
  signMapping,
  signResult,
  signRunbook,
  sshKeyAt,
  stopInWords,
} from '../../project/index.ts';
import { counted, findingsSection, runbookSection } from '../../reports/index.ts';
import { passphrase } from '../ask-passphrase.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { wholeNumber } from '../flag-value.ts';
import { type CommonOptions, type Desk, type VerbRunner, withCommonOptions } from '../run-verb.ts';

interface SignFlags extends CommonOptions {
  readonly key: string;
  readonly reason?: string;
  readonly days?: number;
  readonly all?: boolean;
  readonly reject?: boolean;
}

/** The verbs by which people agree: `keys new`, `plan`, `approve mapping`, `approve finding`, `approve runbook`. */
export function addDecideVerbs(program: Command, run: VerbRunner): void {
  addKeys(program, run);
  addPlan(program, run);
  const approve = program
    .command('approve')
    .description('sign: the mapping, a decision on a finding, the runbook, the result');
  addResult(approve, run);
  addContinue(approve, run);
  withCommonOptions(approve.command('mapping').description('sign the mapping as its author'))
    .requiredOption('--key <file>', 'your key')
    .action((flags: SignFlags) =>
      run.onProject(flags, async (project, options, { output }) => {
        const signer = await theSigner(project, options);
        const { file, digest } = await signMapping(project, signer);
        output.line(`${signer.person.name} signed the mapping ${digest}\nwritten: ${file}`);
        output.result({ signer: signer.person.name, digest, file });
        output.next('`godwit plan`');
        return exitCode.done;
      }),
    );

  withCommonOptions(
    approve.command('finding [ids...]').description('accept what findings say, for the records they counted'),
  )
    .requiredOption('--key <file>', 'your key')
    .requiredOption('--reason <text>', 'why this is acceptable')
    .option('--all', 'every finding that blocks and may be decided')
    .option('--days <number>', 'for how long', (text) => wholeNumber('--days', text, 9999), 90)
    .hook('preAction', (command) => {
      if (command.args.length > 0 === (command.opts<SignFlags>().all === true))
        throw whichFindings(command.args.length > 0);
    })
    .action((ids: string[], flags: SignFlags) =>
      run.onProject(flags, async (project, options, desk) => signFindings(project, ids, options, desk)),
    );

  withCommonOptions(
    approve.command('runbook').description('approve, or reject, exactly the runbook in runbook.yaml'),
  )
    .requiredOption('--key <file>', 'your key')
    .option('--reject', 'reject it')
    .option('--reason <text>', 'why')
    .action((flags: SignFlags) =>
      run.onProject(flags, async (project, options, { output }) => {
        const signer = await theSigner(project, options);
        const decision = options.reject === true ? 'reject' : 'approve';
        const { file, runbook } = await signRunbook(project, signer, {
          decision,
          reason: options.reason ?? null,
        });
        output.line(
          `${signer.person.name} ${decision === 'approve' ? 'approved' : 'rejected'} ${runbook}\nwritten: ${file}`,
        );
        output.result({ signer: signer.person.name, runbook, decision, file });
        output.next(decision === 'approve' ? '`godwit run`' : 'settle the reason, then `godwit plan`');
        return exitCode.done;
      }),
    );
}

function addResult(approve: Command, run: VerbRunner): void {
  withCommonOptions(
    approve.command('import <file>').description('take in a decision that was signed elsewhere'),
  ).action((path: string, flags: CommonOptions) =>
    run.onProject(flags, async (project, _options, { output }) => {
      const imported = await importDecision(project, path);
      output.line(`${imported.kind} of ${imported.person} taken in\nwritten: ${imported.file}`);
      output.result(imported);
      output.next('`godwit status`');
      return exitCode.done;
    }),
  );

  withCommonOptions(
    approve.command('result').description('audit once more, and sign the result as its owner'),
  )
    .requiredOption('--key <file>', 'your key')
    .action((flags: SignFlags) =>
      run.onProject(flags, async (project, options, { output }) => {
        const signer = await theSigner(project, options);
        const result = await signResult(project, signer);
        output.line(
          `${signer.person.name} signed the result of ${result.run}: ${counted(result.differences, 'difference')}, ${counted(result.quarantined, 'record')} in quarantine\nwritten: ${result.file}`,
        );
        output.result({ signer: signer.person.name, ...result });
        output.next('`godwit report`');
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
      run.onProject(flags, async (project, options, { output }) => {
        const signer = await theSigner(project, options);
        const signed = await signContinue(project, signer, options.reason ?? '');
        for (const { file, stop } of signed)
          output.line(`${stopInWords(stop)}\n  ${signer.person.name} lets it go on\n  written: ${file}`);
        output.result({ signer: signer.person.name, signed });
        output.next('`godwit run`');
        return exitCode.done;
      }),
    );
}

async function signFindings(
  project: Project,
  ids: readonly string[],
  options: SignFlags,
  { output }: Desk,
): Promise<ExitCode> {
  const signer = await theSigner(project, options);
  const validDays = options.days ?? 90;
  const signed: { finding: string; file: string }[] = [];
  for (const id of options.all === true ? decidableFindings(project) : ids) {
    const { file, finding } = await signFinding(project, signer, {
      finding: id,
      reason: options.reason ?? '',
      validDays,
    });
    output.line(`${signer.person.name} accepts: ${finding.title}\n  written: ${file}`);
    signed.push({ finding: id, file });
  }
  output.result({ signer: signer.person.name, signed });
  if (signed.length === 0) output.line('there is no finding that blocks and may be decided');
  output.next('`godwit plan`');
  return exitCode.done;
}

function whichFindings(both: boolean): GodwitError {
  return new GodwitError({
    code: 'cli.wrong-flag',
    title: both ? 'Findings are named, and --all is given too' : 'No finding is named',
    detail: 'accepted: the names of findings, or --all for every one that blocks and may be decided',
    nextStep: '`godwit map check` prints the name of every finding that can be decided.',
    fate: 'never',
  });
}

function addKeys(program: Command, run: VerbRunner): void {
  const keys = program.command('keys').description('signing keys of people');
  withCommonOptions(keys.command('new').description('make a key, encrypted under your own passphrase'))
    .requiredOption('--name <person>', 'whose key it is')
    .option('--out <file>', 'where to keep it (default: <person>.key)')
    .action((flags: CommonOptions & { readonly name: string; readonly out?: string }) =>
      run.plain(flags, async ({ output }) => {
        const { path, publicKey } = makeKey(
          flags.out ?? `${flags.name.toLowerCase()}.key`,
          await newPassphrase(`Passphrase for the new key of ${flags.name}`),
        );
        output.line(
          `written: ${path} (private, encrypted)\nwritten: ${path}.pub\n\npublic key: ${publicKey}`,
        );
        output.result({ path, publicKey });
        output.next(`put the public key under ${flags.name} in the people section of godwit.yaml`);
        return exitCode.done;
      }),
    );
}

function addPlan(program: Command, run: VerbRunner): void {
  withCommonOptions(
    program
      .command('plan')
      .description('write the runbook: every step with its check, stop point, way back and signer'),
  ).action((flags: CommonOptions) =>
    run.onProject(flags, async (project, _options, { output, progress }) => {
      const { runbook, id, file, findings, accepted, earlier } = await planRun(
        project,
        ({ object, rowsRead }) => progress.show(`trying ${object}: ${counted(rowsRead, 'record')}`),
      );
      output.section(findingsSection('What is known', findings, accepted));
      output.section(runbookSection(runbook));
      for (const run of earlier)
        output.line(
          `careful: what ${run} wrote, under an earlier runbook, is in the target; \`godwit rollback --run ${run}\` takes it back`,
        );
      output.line(`\n${id}\nwritten: ${file}`);
      output.result({ runbook, id, file, earlier });
      const rehearsed = runbook.steps.some(({ rehearsedMs }) => rehearsedMs !== null);
      output.next(
        rehearsed
          ? 'read runbook.yaml, then have it signed: `godwit approve runbook --key <file>`'
          : '`godwit rehearse --full`, then `godwit plan` again so that the runbook holds measured times',
      );
      return exitCode.done;
    }),
  );
}

async function theSigner(project: Project, flags: SignFlags): Promise<ReturnType<typeof signerOf>> {
  const ssh = sshKeyAt(flags.key);
  if (ssh) return signerOf(project, ssh);
  const known = keyPassphrase(project.environment) ?? (await passphrase(`Passphrase of ${flags.key}`));
  return signerOf(project, openKey(flags.key, known));
}

/** Typed twice: a key under a passphrase with a slip in it could never be opened. */
async function newPassphrase(message: string): Promise<Secret> {
  const first = await passphrase(message);
  if (keyPassphrase()) return first;
  const second = await passphrase('The same once more');
  if (first.reveal() === second.reveal()) return first;
  throw new GodwitError({
    code: 'cli.wrong-flag',
    title: 'The passphrases are not the same',
    detail: 'no key was made',
    nextStep: 'Run the command again.',
    fate: 'never',
  });
}
