import type { Command } from 'commander';
import type { Finding } from '../../model/index.ts';
import { assessRisk, checkMap, profileSource } from '../../project/index.ts';
import { assessmentSection, counted, findingsSection, profileSection } from '../../reports/index.ts';
import { exitCode } from '../exit-code.ts';
import { wholeNumber } from '../flag-value.ts';
import { type CommonOptions, type VerbRunner, withCommonOptions } from '../run-verb.ts';

interface ShowFlags extends CommonOptions {
  readonly showValues?: boolean;
  readonly calls?: string;
}

const callsFlag = '--calls <number>';
const callsMeaning =
  'how many calls of a source that counts them it may take (default: half of those the day has left)';
const callsMostOf = ({ calls }: ShowFlags): number | null =>
  calls === undefined ? null : wholeNumber('--calls', calls, 100_000_000);

/** The verbs that find out: `profile`, `map check`, `assess`. */
export function addKnowVerbs(program: Command, run: VerbRunner): void {
  const show = '--show-values';
  withCommonOptions(
    program.command('profile').description('look at the data of the source, into facts/profile.source.yaml'),
  )
    .option(show, 'show values of records as they are instead of masked')
    .option(callsFlag, callsMeaning)
    .action((flags: ShowFlags) =>
      run.onProject(flags, async (project, options, { output, progress }) => {
        const { profile, file } = await profileSource(project, {
          showValues: options.showValues === true,
          callsMost: callsMostOf(options),
          onProgress: ({ relation, rowsRead }) =>
            progress.show(`profiling ${relation}: ${counted(rowsRead, 'record')}`),
        });
        output.section(profileSection(profile));
        output.line(`\nwritten: ${file}`);
        output.result({ profile, file });
        output.next('edit the files in mapping/, then `godwit map check`');
        return exitCode.done;
      }),
    );

  const map = program.command('map').description('the mapping');
  withCommonOptions(
    map
      .command('check')
      .description('check the mapping against both systems and against every record of the source'),
  )
    .option(show, 'show values of records as they are instead of masked')
    .option(callsFlag, callsMeaning)
    .action((flags: ShowFlags) =>
      run.onProject(flags, async (project, options, { output, progress }) => {
        const report = await checkMap(project, {
          showValues: options.showValues === true,
          callsMost: callsMostOf(options),
          onProgress: ({ object, rowsRead }) =>
            progress.show(`trying ${object}: ${counted(rowsRead, 'record')}`),
        });
        output.section(findingsSection('The mapping', report.findings));
        const tried = report.fits.reduce((sum, { rowsRead }) => sum + BigInt(rowsRead), 0n);
        output.line(
          report.fits.length > 0
            ? `\n${counted(String(tried), 'record')} tried through the mapping`
            : '\nno record was tried: mend the mapping first',
        );
        output.result({ findings: report.findings, fits: report.fits, order: report.order });
        const blocked = report.findings.some(({ severity }) => severity === 'block');
        output.next(
          blocked
            ? afterFindings(report.findings)
            : '`godwit assess`, then have the author sign: `godwit approve mapping --key <file>`',
        );
        return blocked ? exitCode.found : exitCode.done;
      }),
    );

  withCommonOptions(
    program.command('assess').description('judge the risk of the move by five variables'),
  ).action((flags: CommonOptions) =>
    run.onProject(flags, async (project, _options, { output }) => {
      const { assessment, file } = await assessRisk(project);
      output.section(assessmentSection(assessment));
      output.line(`\nwritten: ${file}`);
      output.result({ assessment, file });
      output.next('have the author sign: `godwit approve mapping --key <file>`, then `godwit plan`');
      return exitCode.done;
    }),
  );
}

/** Findings stay what they are when somebody has decided on them; it is the plan that asks for decisions. */
function afterFindings(findings: readonly Finding[]): string {
  const blocks = findings.filter(({ severity }) => severity === 'block');
  return blocks.every(({ waivable }) => waivable)
    ? 'mend the mapping or the source and check again; or have it decided (`godwit approve finding`), then `godwit plan`'
    : 'mend the mapping, then `godwit map check` again';
}
