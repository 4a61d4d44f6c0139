import { Argument, type Command } from 'commander';
import {
  auditLive,
  listQuarantine,
  operatorOf,
  type Project,
  replayQuarantined,
  showQuarantined,
  showValue,
  statusOf,
  writeComplianceTable,
  writeReport,
  writeSupportBrief,
} from '../../project/index.ts';
import {
  auditSection,
  counted,
  keptEntrySection,
  maskAudit,
  quarantineSection,
  statusSection,
} from '../../reports/index.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Output } from '../output.ts';
import { type CommonOptions, type VerbRunner, withCommonOptions } from '../run-verb.ts';
import { addLedgerVerbs } from './prove.ts';

interface ShowFlags extends CommonOptions {
  readonly as?: string;
  readonly showValues?: boolean;
}

/** The verbs by which one sees: `status`, `quarantine`, `audit`, `ledger`, `report`. */
export function addShowVerbs(program: Command, run: VerbRunner): void {
  withCommonOptions(
    program.command('status').description('where we are, what comes next, how to get out, who decides'),
  )
    .option('--as <person>', 'whose run it would be (default: the first operator)')
    .action((flags: ShowFlags) =>
      run.onProject(
        flags,
        async (project, options, { output }) => {
          const status = await statusOf(project, options.as);
          output.section(statusSection(status));
          output.result(status);
          output.next(status.next);
          return exitCode.done;
        },
        // Whoever asks how it stands learns at once that calls are used up, unless they come back in a moment.
        { callsWaitMostMs: 20_000 },
      ),
    );
  addQuarantine(program, run);
  withCommonOptions(
    program
      .command('audit')
      .description('read both sides anew, through the mapping, and name every difference'),
  )
    .option('--show-values', 'show values of records as they are instead of masked')
    .action((flags: ShowFlags) =>
      run.onProject(flags, async (project, options, { output, progress }) => {
        const { report, differences, allowed } = await auditLive(project, ({ relation, rowsRead }) =>
          progress.show(`auditing ${relation}: ${counted(rowsRead, 'record')}`),
        );
        output.section(auditSection(report, options.showValues === true ? showValue : null));
        output.result({
          differences,
          allowed,
          ...(options.showValues === true ? report : maskAudit(report)),
        });
        output.next(
          differences > allowed
            ? '`godwit audit --show-values` shows the values as they are; `godwit rollback` goes back'
            : '`godwit report`',
        );
        return differences > allowed ? exitCode.found : exitCode.done;
      }),
    );
  addLedgerVerbs(program, run);
  addReport(program, run);
}

const reportParts = ['support', 'compliance'] as const;

function addReport(program: Command, run: VerbRunner): void {
  withCommonOptions(
    program
      .command('report')
      .description('write one HTML file with everything, for people; or one part of it as a text')
      .addArgument(
        new Argument(
          '[part]',
          'support: what users may notice; compliance: which entries speak to which control',
        ).choices(reportParts),
      ),
  ).action((part: (typeof reportParts)[number] | undefined, flags: ShowFlags) =>
    run.onProject(flags, async (project, _options, { output }) => {
      if (part === 'support') return await tellSupport(project, output);
      if (part === 'compliance') return await tellCompliance(project, output);
      const { file } = await writeReport(project);
      output.line(`written: ${file}`);
      output.result({ file });
      output.next(`open ${file} in a browser; it needs no network`);
      return exitCode.done;
    }),
  );
}

async function tellCompliance(project: Project, output: Output): Promise<ExitCode> {
  const { file, section, controls } = await writeComplianceTable(project);
  output.section(section);
  output.line(`written: ${file}`);
  output.result({ file, controls });
  output.next('`godwit ledger bundle`: the entries themselves, so that others can check them');
  return exitCode.done;
}

async function tellSupport(project: Project, output: Output): Promise<ExitCode> {
  const { file, section, digest, changes } = await writeSupportBrief(project);
  output.section(section);
  output.line(`written: ${file}`);
  output.result({ file, digest, changes });
  output.next(
    `give it to everybody whom users will ask; then \`godwit approve check support --reference <ticket> --file ${file} --key <file>\``,
  );
  return exitCode.done;
}

function addQuarantine(program: Command, run: VerbRunner): void {
  const quarantine = program.command('quarantine').description('records that could not go');
  withCommonOptions(
    quarantine.command('list').description('the records that could not go, by reason'),
  ).action((flags: ShowFlags) =>
    run.onProject(flags, async (project, _options, { output }) => {
      const entries = await listQuarantine(project);
      output.section(quarantineSection(entries));
      output.result({ entries });
      output.next(
        entries.some(({ state }) => state === 'open')
          ? '`godwit quarantine show <id>`; after mending the source, `godwit quarantine replay`'
          : '`godwit audit`',
      );
      return exitCode.done;
    }),
  );
  withCommonOptions(
    quarantine.command('show <id>').description('one record that could not go: its original, and why'),
  )
    .option('--show-values', 'show its values as they are instead of masked')
    .action((id: string, flags: ShowFlags) =>
      run.onProject(flags, async (project, options, { output }) => {
        const entry = await showQuarantined(project, id);
        output.section(keptEntrySection(entry, options.showValues === true ? showValue : null));
        output.result(options.showValues === true ? entry : { ...entry, entry: undefined });
        output.next('mend it in the source, then `godwit quarantine replay`');
        return exitCode.done;
      }),
    );
  withCommonOptions(
    quarantine
      .command('replay [ids...]')
      .description('try quarantined records again with the source as it is now (all open ones unless named)'),
  )
    .option('--as <person>', 'who does it (default: the only operator)')
    .action((ids: string[], flags: ShowFlags) =>
      run.onProject(flags, async (project, options, { output }) => {
        const reports = await replayQuarantined(project, operatorOf(project, options.as), ids);
        for (const report of reports)
          output.line(
            `${report.step}: ${counted(report.counts?.rowsWritten ?? 0, 'record')} written, ${report.counts?.rowsQuarantined ?? 0} still in quarantine`,
          );
        output.result({ reports });
        output.next('`godwit audit`');
        return exitCode.done;
      }),
    );
}
