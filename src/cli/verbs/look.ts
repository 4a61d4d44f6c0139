import type { Command } from 'commander';
import { checkSystems, inspectSystems } from '../../project/index.ts';
import { checksSection, schemaSection } from '../../reports/index.ts';
import { exitCode } from '../exit-code.ts';
import { type CommonOptions, type VerbRunner, withCommonOptions } from '../run-verb.ts';

/** The verbs that only look: `check`, `inspect`. */
export function addLookVerbs(program: Command, run: VerbRunner): void {
  withCommonOptions(
    program.command('check').description('test connections, privileges, versions and space of both systems'),
  ).action((options: CommonOptions) =>
    run.onProject(options, async (project, _options, { output }) => {
      const checks = await checkSystems(project);
      for (const { role, kind, results } of checks) output.section(checksSection(role, kind, results));
      const failed = checks.some(({ results }) => results.some(({ outcome }) => outcome === 'fail'));
      output.result({ checks });
      output.next(failed ? 'mend what failed, then `godwit check` again' : '`godwit inspect`');
      return failed ? exitCode.found : exitCode.done;
    }),
  );

  withCommonOptions(
    program.command('inspect').description('write down everything both systems hold, into facts/'),
  ).action((options: CommonOptions) =>
    run.onProject(options, async (project, _options, { output }) => {
      const { source, target, files } = await inspectSystems(project);
      output.section(schemaSection('source', source));
      output.section(schemaSection('target', target));
      output.line(`\nwritten: ${files.join(', ')}`);
      output.result({ source, target, files });
      output.next('`godwit profile`');
      return exitCode.done;
    }),
  );
}
