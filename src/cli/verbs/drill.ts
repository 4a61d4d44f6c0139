import type { Command } from 'commander';
import { drillRestore, noteBackup } from '../../project/index.ts';
import { restoreDrillSection, seconds } from '../../reports/index.ts';
import { exitCode } from '../exit-code.ts';
import { type CommonOptions, type VerbRunner, withCommonOptions } from '../run-verb.ts';

interface DrillFlags extends CommonOptions {
  readonly keep?: boolean;
}

/** What has to work when nothing else does, tried beforehand: `drill backup`, `drill restore`. */
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
}
