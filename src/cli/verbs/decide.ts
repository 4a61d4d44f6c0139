import type { Command } from 'commander';
import { makeKey, planRun } from '../../project/index.ts';
import { counted, findingsSection, runbookSection } from '../../reports/index.ts';
import { newPassphrase } from '../ask-person.ts';
import { exitCode } from '../exit-code.ts';
import { type CommonOptions, type VerbRunner, withCommonOptions } from '../run-verb.ts';

/** The verbs before anybody agrees: `keys new`, `plan`. */
export function addDecideVerbs(program: Command, run: VerbRunner): void {
  addKeys(program, run);
  addPlan(program, run);
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
