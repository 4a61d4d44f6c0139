import type { Command } from 'commander';
import { GodwitError } from '../../model/index.ts';
import { initProject, sketchMapping } from '../../project/index.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { type CommonOptions, type Desk, type VerbRunner, withCommonOptions } from '../run-verb.ts';

interface InitFlags extends CommonOptions {
  readonly source?: string;
  readonly target?: string;
  readonly name?: string;
  readonly sketch?: boolean;
}

/** `init`: the first files of a project, from flags or by asking. */
export function addBeginVerbs(program: Command, run: VerbRunner): void {
  withCommonOptions(
    program.command('init').description('begin a project: godwit.yaml and a sketch of the mapping'),
  )
    .option(
      '--source <system>',
      'sqlite:<file>, postgres://<user>@<host>/<database>?schema=<name>, mysql://<user>@<host>/<database>, csv:<folder>, jsonl:<folder>, hubspot:<address>?objects=<names>',
    )
    .option('--target <system>', 'the same forms')
    .option('--name <name>', "name of the migration (default: the folder's name)")
    .option('--sketch', 'only sketch the mapping of an existing project')
    .action((flags: InitFlags) =>
      run.plain(flags, (desk) => (flags.sketch === true ? sketch(flags, desk) : init(flags, desk))),
    );
}

async function init(flags: InitFlags, { output, signal }: Desk): Promise<ExitCode> {
  const source =
    flags.source ?? (await askFor('source', 'Where do the records come from?', 'sqlite:old.sqlite'));
  const target = flags.target ?? (await askFor('target', 'Where do they go?', 'postgres://me@localhost/new'));
  const options = {
    folder: flags.project ?? '.',
    source,
    target,
    ...(flags.name === undefined ? {} : { name: flags.name }),
  };
  const { written, unsketched } = await initProject(options, { signal });
  for (const path of written) output.line(`written: ${path}`);
  output.result({ written, unsketched });
  if (unsketched) {
    output.line(`\nThe mapping is not sketched yet: ${unsketched.message}`);
    output.next(`${unsketched.nextStep.replace(/\.$/, '')}, then \`godwit init --sketch\`.`);
  } else output.next('read godwit.yaml, then `godwit check`');
  return exitCode.done;
}

async function sketch(flags: InitFlags, { output, signal }: Desk): Promise<ExitCode> {
  const written = await sketchMapping(flags.project ?? '.', { signal });
  for (const path of written) output.line(`written: ${path}`);
  output.result({ written });
  output.next('edit the files in mapping/, then `godwit map check`');
  return exitCode.done;
}

/** Asks on a terminal; elsewhere says which flag to give, since a prompt that nobody sees would wait for ever. */
async function askFor(flag: string, message: string, placeholder: string): Promise<string> {
  const missing = new GodwitError({
    code: 'cli.missing-flag',
    title: `--${flag} is missing`,
    detail: 'this is not a terminal, so nobody can be asked',
    nextStep: `Give it, for example: godwit init --${flag} ${placeholder}`,
    fate: 'never',
  });
  if (!process.stdin.isTTY) throw missing;
  const { text: ask, isCancel } = await import('@clack/prompts');
  const answer = await ask({ message, placeholder });
  if (isCancel(answer) || answer === undefined || answer === '') throw missing;
  return answer;
}
