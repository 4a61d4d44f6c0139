import type { Command } from 'commander';
import { drillMonitoring, drillRestore, noteBackup, rehearse } from '../../project/index.ts';
import { counted, restoreDrillSection, rollbackDrillSection, seconds } from '../../reports/index.ts';
import { exitCode } from '../exit-code.ts';
import { type CommonOptions, type VerbRunner, withCommonOptions } from '../run-verb.ts';

interface DrillFlags extends CommonOptions {
  readonly keep?: boolean;
}

/** What has to work when nothing else does, tried beforehand: `drill backup`, `drill restore`, `drill rollback`, `drill monitoring`. */
export function addDrillVerbs(program: Command, run: VerbRunner): void {
  const drill = program.command('drill').description('try, and time, what has to work when things go wrong');
  withCommonOptions(
    drill
      .command('backup')
      .description('take a backup with the installed client, and note what it has to hold'),
  ).action((flags: DrillFlags) =>
    run.onProject(flags, async (project, _options, { output, progress }) => {
      const taken = await noteBackup(project, (what) => progress.show(what));
      output.line(
        `written: ${taken.file} (${taken.bytes} bytes, ${seconds(taken.durationMs)})\n${taken.digest}`,
      );
      output.line(`written: ${taken.facts}`);
      output.result(taken);
      output.next('`godwit drill restore`');
      return exitCode.done;
    }),
  );
  withCommonOptions(
    drill.command('restore').description('restore a backup into a scratch system, check it, and time it'),
  )
    .option('--keep', 'leave what was restored where it is, to be looked at')
    .action((flags: DrillFlags) =>
      run.onProject(flags, async (project, options, { output, progress }) => {
        const report = await drillRestore(project, {
          keep: options.keep === true,
          onProgress: (what) => progress.show(what),
        });
        output.section(restoreDrillSection(report));
        output.line(`written: ${report.file}`);
        if (report.kept !== null) output.line(`careful: ${report.kept} stays, with real records in it`);
        output.result(report);
        output.next(
          report.passed
            ? '`godwit plan`, so that the runbook holds the time it took'
            : 'find out why: this backup would not have brought everything back',
        );
        return report.passed ? exitCode.done : exitCode.found;
      }),
    );
  addRollback(drill, run);
  withCommonOptions(
    drill.command('monitoring').description('ask what watches the systems whether it is there'),
  ).action((flags: DrillFlags) =>
    run.onProject(flags, async (project, _options, { output }) => {
      const report = await drillMonitoring(project);
      output.line(
        `${report.passed ? 'ok' : 'NOT OK'}: ${report.asked}: ${report.what}\nwritten: ${report.file}`,
      );
      output.result(report);
      output.next(report.passed ? '`godwit status`' : 'bring monitoring up, then ask again');
      return report.passed ? exitCode.done : exitCode.found;
    }),
  );
}

function addRollback(drill: Command, run: VerbRunner): void {
  withCommonOptions(
    drill
      .command('rollback')
      .description(
        'carry the runbook out with every record in a sandbox, take it back, and look at what is left',
      ),
  ).action((flags: DrillFlags) =>
    run.onProject(flags, async (project, _options, { output, progress }) => {
      const report = await rehearse(project, {
        volume: { kind: 'full' },
        watcher: {
          onStep: ({ step, outcome }) => progress.done(`${step} ${outcome}`),
          onProgress: ({ step, rowsRead }) => progress.show(`${step}: ${counted(rowsRead, 'record')}`),
        },
      });
      const { rollback, rollbackMs, wayBack, evidence } = report;
      output.section(rollbackDrillSection({ rollback, rollbackMs, wayBack }));
      output.line(`written: ${evidence}`);
      output.result({ rollbackMs, wayBack, steps: rollback?.stepTimes ?? [], evidence });
      const clean = rollback?.outcome === 'undone' && wayBack?.clean === true;
      output.next(
        clean
          ? '`godwit plan`, so that the runbook holds the time of each way back'
          : 'mend what is named above; `godwit rehearse --full` shows the whole rehearsal',
      );
      return clean ? exitCode.done : exitCode.found;
    }),
  );
}
