import type { Command } from 'commander';
import { operatorOf, workAlong } from '../../project/index.ts';
import { counted } from '../../reports/index.ts';
import { exitCode } from '../exit-code.ts';
import { type CommonOptions, type VerbRunner, withCommonOptions } from '../run-verb.ts';

interface WorkerFlags extends CommonOptions {
  readonly as?: string;
}

/** `worker`: one of many processes, on any machine, that take slices of what `run` leads. */
export function addWorkerVerb(program: Command, run: VerbRunner): void {
  withCommonOptions(
    program
      .command('worker')
      .description('take slices of the run that another process leads, until Ctrl-C; needs a shared journal'),
  )
    .option('--as <person>', 'under whose name (default: the only operator)')
    .action((flags: WorkerFlags) =>
      run.onProject(flags, async (project, options, { output, progress }) => {
        let waitsFor = '';
        const report = await workAlong(project, operatorOf(project, options.as), {
          onJoined: ({ worker, version }) =>
            output.progressLine(`worker ${worker}, godwit ${version}, is there`),
          onSlice: ({ step, slice }) => progress.show(`${step}: slice ${slice} is there`),
          onWait: (why) => {
            if (why !== waitsFor) output.progressLine(`waiting: ${why}`);
            waitsFor = why;
          },
        });
        output.line(`${counted(report.slices, 'slice')} brought`);
        output.result(report);
        output.next('`godwit status` shows who works on the run now');
        return exitCode.done;
      }),
    );
}
