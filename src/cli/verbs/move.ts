import { type Command, Option } from 'commander';
import { maskExample, maskKey } from '../../mapping/index.ts';
import type { Value } from '../../model/index.ts';
import {
  differencesIn,
  operatorOf,
  type RehearsalReport,
  type RunWatcher,
  rehearse,
  repairLive,
  resultWaitsFor,
  rollbackRun,
  runMigration,
  showValue,
  unreviewedGlasses,
  type WorldReport,
} from '../../project/index.ts';
import {
  auditSection,
  counted,
  groupDigits,
  maskAudit,
  rollbackSection,
  runSection,
  sampleSection,
} from '../../reports/index.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { shareOf } from '../flag-value.ts';
import { type CommonOptions, type Desk, type VerbRunner, withCommonOptions } from '../run-verb.ts';

interface MoveFlags extends CommonOptions {
  readonly as?: string;
  readonly run?: string;
  readonly sample?: number;
  readonly full?: boolean;
  readonly showValues?: boolean;
}

/** The verbs that write: `rehearse` into a sandbox, `run` and `rollback` on the live target. */
export function addMoveVerbs(program: Command, run: VerbRunner): void {
  withCommonOptions(
    program
      .command('rehearse')
      .description('carry the runbook out in a sandbox beside the target, audit it, and take it back'),
  )
    .addOption(
      new Option('--sample <percent>', 'a referentially complete sample of so many percent')
        .argParser((text) => shareOf('--sample', text))
        .default(0.1, '10'),
    )
    .addOption(new Option('--full', 'every record').conflicts('sample'))
    .option('--show-values', 'show values of records as they are instead of masked')
    .action((flags: MoveFlags) =>
      run.onProject(flags, async (project, options, desk) => {
        const volume =
          options.full === true
            ? ({ kind: 'full' } as const)
            : ({ kind: 'sample', share: options.sample ?? 0.1 } as const);
        const report = await rehearse(project, { volume, watcher: watcher(desk) });
        const { output } = desk;
        if (report.sample) output.section(sampleSection(report.sample.report));
        output.section(runSection(`Rehearsal in ${report.sandbox}`, report.run));
        if (report.audit)
          output.section(auditSection(report.audit, options.showValues === true ? showValue : null));
        if (report.rollback)
          output.line(
            `\ntaken back in ${(report.rollbackMs / 1000).toFixed(1)} s: ${counted(report.rollback.rowsRemoved, 'record')} removed, ${report.rollback.left.length} left`,
          );
        for (const line of notAsBefore(report)) output.line(line);
        for (const loss of report.unforeseen) output.line(unforeseenText(loss));
        for (const what of report.leftOut) output.line(`careful: not rehearsed: ${what}`);
        output.line(`written: ${report.facts}`);
        output.result(forPrograms(report, options.showValues === true));
        const clean =
          report.unforeseen.length === 0 &&
          report.audit !== null &&
          differencesIn(report.audit) === 0 &&
          report.rollback?.outcome === 'undone' &&
          report.wayBack?.clean === true;
        output.next(nextAfterRehearsal(clean, report.volume));
        return clean ? exitCode.done : exitCode.found;
      }),
    );

  withCommonOptions(program.command('run').description('carry out the approved runbook, or go on with it'))
    .option('--as <person>', 'who runs it (default: the only operator)')
    .action((flags: MoveFlags) =>
      run.onProject(flags, async (project, options, desk) => {
        const report = await runMigration(project, operatorOf(project, options.as), watcher(desk));
        for (const { step, entry } of report.unknown)
          desk.output.line(
            `the process before was cut off in ${step}: what became of it was unknown (entry ${entry}), and was asked of the target\n`,
          );
        desk.output.section(runSection('Run', report));
        if (report.audit) desk.output.section(auditSection(report.audit, null));
        for (const told of unreviewedGlasses(project)) desk.output.line(`\nGLASS BROKEN: ${told}`);
        desk.output.result({ ...report, audit: report.audit && maskAudit(report.audit) });
        return afterRun(report, desk, resultWaitsFor(project));
      }),
    );
  addWaysBack(program, run);
}

/** `repair` puts single records back, `rollback` all of them. */
function addWaysBack(program: Command, run: VerbRunner): void {
  withCommonOptions(
    program
      .command('repair')
      .description('audit, and put changed or missing records back to what the source and the mapping say'),
  )
    .option('--as <person>', 'who does it (default: the only operator)')
    .option('--show-values', 'show keys of records as they are instead of masked')
    .action((flags: MoveFlags) =>
      run.onProject(flags, async (project, options, { output }) => {
        const result = await repairLive(project, operatorOf(project, options.as));
        for (const { step, counts } of result.repaired)
          output.line(`${step}: ${counted(counts?.rowsWritten ?? 0, 'record')} put back`);
        const shownKey = options.showValues === true ? (key: string): string => key : maskKey;
        for (const { relation, key } of result.extra)
          output.line(`left alone: ${relation} ${shownKey(key)} is extra, and a repair never deletes`);
        if (result.differencesBefore === 0) output.line('there was nothing to repair');
        output.result({ ...result, extra: result.extra.map((one) => ({ ...one, key: shownKey(one.key) })) });
        output.next('`godwit audit`');
        return result.extra.length > 0 ? exitCode.found : exitCode.done;
      }),
    );

  withCommonOptions(
    program
      .command('rollback')
      .description('take back what the run wrote; refuses what somebody changed since'),
  )
    .option('--as <person>', 'who does it (default: the only operator)')
    .option('--run <name>', 'what an earlier run wrote (default: the run of runbook.yaml)')
    .option('--show-values', 'show keys and values of records as they are instead of masked')
    .action((flags: MoveFlags) =>
      run.onProject(flags, async (project, options, { output }) => {
        const report = await rollbackRun(project, operatorOf(project, options.as), options.run);
        output.line(
          `${counted(report.slicesUndone, 'slice')} taken back: ${counted(report.rowsRemoved, 'record')} removed, ${groupDigits(String(report.rowsRestored))} restored`,
        );
        for (const note of report.notes) output.line(note);
        const left = leftShown(report.left, options.showValues === true);
        for (const { relation, key, reason, differs = [] } of left) {
          output.line(`left alone: ${relation} ${key}: ${reason}`);
          for (const { field, before, now } of differs)
            output.line(`  ${field} was ${shownText(before)} and is ${shownText(now)}`);
        }
        output.section(rollbackSection(report.relations));
        output.result({ ...report, left });
        output.next(
          report.left.length > 0
            ? 'decide about the records named above, then `godwit rollback` again'
            : '`godwit ledger verify`, `godwit report`; a new run needs a new plan',
        );
        return report.outcome === 'undone' ? exitCode.done : exitCode.found;
      }),
    );
}

function watcher({ output, progress }: Desk): RunWatcher {
  return {
    onStep: ({ step, outcome, rowsRead, rowsWritten, rowsQuarantined }) => {
      const counts =
        rowsRead > 0
          ? `: ${groupDigits(String(rowsRead))} read, ${groupDigits(String(rowsWritten))} written, ${groupDigits(String(rowsQuarantined))} quarantined`
          : '';
      if (outcome !== 'done-before') progress.done(`${step} ${outcome}${counts}`);
      else output.progressLine(`${step} was done before`);
    },
    onStall: ({ words, more }) => output.progressLine(`stands still: ${words}${more}`),
    onProgress: ({
      step,
      rowsRead,
      rowsSource,
      rowsWritten,
      rowsQuarantined,
      slicesApplied,
      slicesPlanned,
      rowsPerSecond,
      remainingMs,
    }) => {
      const rate = rowsPerSecond === null ? '' : `, ${groupDigits(String(Math.round(rowsPerSecond)))}/s`;
      const left = remainingMs === null ? '' : `, about ${Math.ceil(remainingMs / 1000)} s left`;
      progress.show(
        `${step}: slice ${slicesApplied} of ${slicesPlanned}, ${groupDigits(String(rowsRead))} of ${groupDigits(rowsSource)} read, ${groupDigits(String(rowsWritten))} written, ${groupDigits(String(rowsQuarantined))} quarantined${rate}${left}`,
      );
    },
  };
}

function afterRun(report: WorldReport, { output }: Desk, owner: string | null): ExitCode {
  if (report.outcome === 'stopped') {
    output.next('`godwit run` goes on where it stopped');
    return exitCode.interrupted;
  }
  if (report.outcome === 'paused') {
    output.next('`godwit status` says why it stopped and who lets it go on; `godwit rollback` goes back');
    return exitCode.person;
  }
  const sign = owner === null ? '' : `then ${owner} signs \`godwit approve result --key <file>\`; `;
  output.next(
    `\`godwit quarantine list\`, \`godwit report\`; ${sign}\`godwit audit\` checks again at any time`,
  );
  return report.audit !== null && differencesIn(report.audit) > 0 ? exitCode.found : exitCode.done;
}

type LeftRecords = NonNullable<RehearsalReport['rollback']>['left'];

/** Records that stay, by key and by what they do not hold of their earlier values; masked unless asked. */
function leftShown(left: LeftRecords, showValues: boolean): LeftRecords {
  if (showValues) return left;
  const masked = (value: Value): Value => (value === null ? null : maskExample(value));
  return left.map(({ key, differs, ...one }) => ({
    ...one,
    key: maskKey(key),
    ...(differs && {
      differs: differs.map(({ field, before, now }) => ({ field, before: masked(before), now: masked(now) })),
    }),
  }));
}

const shownText = (value: Value): string => (value === null ? 'empty' : showValue(value));

/** A rehearsal as one document: the sample by its figures (its keys are as many as its records), the audit masked unless asked. */
function forPrograms(report: RehearsalReport, showValues: boolean): unknown {
  const audit = report.audit && !showValues ? maskAudit(report.audit) : report.audit;
  const left = leftShown(report.rollback?.left ?? [], showValues);
  return {
    ...report,
    sample: report.sample?.report ?? null,
    audit,
    run: { ...report.run, audit },
    rollback: report.rollback && { ...report.rollback, left },
  };
}

/** What the undo left otherwise than it was before the run. */
function notAsBefore({ wayBack }: RehearsalReport): readonly string[] {
  if (wayBack === null || wayBack.clean) return [];
  const counts = wayBack.relations.filter(({ before, now }) => before !== now);
  return [
    ...counts.map(
      ({ relation, before, now }) => `NOT OK: ${relation} held ${before} before, holds ${now} after`,
    ),
    ...wayBack.relations
      .filter(({ before, now, sameRecords }) => before === now && !sameRecords)
      .map(({ relation }) => `NOT OK: records of ${relation} are not what they were before the run`),
    ...wayBack.structure.map((change) => `NOT OK: ${change}`),
  ];
}

function nextAfterRehearsal(clean: boolean, volume: 'sample' | 'full'): string {
  if (!clean) return 'mend the mapping or the target, then `godwit plan` and rehearse again';
  return volume === 'sample'
    ? '`godwit rehearse --full`'
    : '`godwit plan` once more, so that the runbook holds the measured times; then have it signed: `godwit approve runbook --key <file>`';
}

function unforeseenText({
  object,
  quarantined,
  foreseen,
  reasons,
}: RehearsalReport['unforeseen'][number]): string {
  return [
    `NOT OK: ${object}: ${counted(quarantined, 'record')} could not go; \`godwit map check\` foresaw ${foreseen}`,
    ...reasons.map(({ code, field, rule, records }) => {
      const about = [code, field, rule].filter((part) => part !== null).join(', ');
      return `    ${counted(records, 'record')}: ${about}`;
    }),
  ].join('\n');
}
