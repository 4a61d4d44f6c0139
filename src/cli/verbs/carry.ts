import { resolve } from 'node:path';
import type { Command } from 'commander';
import { answerRequest, decidableFindings, importDecision, writeRequest } from '../../project/index.ts';
import { counted } from '../../reports/index.ts';
import { keyAt, showThenAsk } from '../ask-person.ts';
import { exitCode } from '../exit-code.ts';
import { namedOrAll, wholeNumber } from '../flag-value.ts';
import { type CommonOptions, type VerbRunner, withCommonOptions } from '../run-verb.ts';

interface RequestFlags extends CommonOptions {
  readonly out: string;
  readonly all?: boolean;
}

interface AnswerFlags extends CommonOptions {
  readonly key: string;
  readonly out?: string;
  readonly reject?: boolean;
  readonly reason?: string;
  readonly days: number;
}

/** The verbs by which people agree on machines of their own: a request goes out, an answer comes back. */
export function addCarryVerbs(approve: Command, run: VerbRunner): void {
  addRequest(approve, run);
  addAnswer(approve, run);
  withCommonOptions(approve.command('import <file>').description('take in what was signed elsewhere')).action(
    (path: string, flags: CommonOptions) =>
      run.onProject(flags, async (project, _options, { output }) => {
        const imported = await importDecision(project, path);
        for (const { kind, person, file } of imported)
          output.line(`${kind} of ${person} taken in\nwritten: ${file}`);
        output.result({ imported });
        output.next('`godwit status`');
        return exitCode.done;
      }),
  );
}

function addRequest(approve: Command, run: VerbRunner): void {
  const request = approve
    .command('request')
    .description('write a file that asks a person on another machine to sign');
  withCommonOptions(request.command('runbook').description('asks them to approve or reject runbook.yaml'))
    .requiredOption('--out <file>', 'where to write it')
    .action((flags: RequestFlags) => ask(run, flags, () => ({ kind: 'runbook' })));
  withCommonOptions(request.command('finding [ids...]').description('asks them to accept what findings say'))
    .requiredOption('--out <file>', 'where to write it')
    .option('--all', 'every finding that blocks and may be decided')
    .hook('preAction', (command) => namedOrAll(command.args, command.opts<RequestFlags>().all === true))
    .action((ids: string[], flags: RequestFlags) =>
      ask(run, flags, (project) => ({
        kind: 'findings',
        findings: flags.all === true ? decidableFindings(project) : ids,
      })),
    );
  withCommonOptions(
    request
      .command('people')
      .description('asks those who decided so far to agree to what godwit.yaml says now'),
  )
    .requiredOption('--out <file>', 'where to write it')
    .action((flags: RequestFlags) => ask(run, flags, () => ({ kind: 'people' })));
}

function ask(
  run: VerbRunner,
  flags: RequestFlags,
  what: (project: Parameters<typeof writeRequest>[0]) => Parameters<typeof writeRequest>[1],
): Promise<void> {
  const out = resolve(flags.out);
  return run.onProject(flags, (project, _options, { output }) => {
    const { asked } = writeRequest(project, what(project), out);
    output.line(`written: ${out}`);
    output.result({ file: out, asked: asked.kind });
    output.next(
      'carry it to the person, who runs `godwit approve answer <request> --key <file>`; then `godwit approve import <file>` here',
    );
    return Promise.resolve(exitCode.done);
  });
}

function addAnswer(approve: Command, run: VerbRunner): void {
  withCommonOptions(
    approve
      .command('answer <request>')
      .description('show what a request asks, and sign it; needs no project'),
  )
    .requiredOption('--key <file>', 'your key')
    .option('--reject', 'reject the runbook')
    .option('--reason <text>', 'why')
    .option('--days <number>', 'for how long findings are accepted', days, 90)
    .option('--out <file>', 'where to write the answer (default: <request>.answer.json)')
    .action((request: string, flags: AnswerFlags) =>
      run.plain(flags, async ({ output }) => {
        const out = resolve(flags.out ?? `${request}.answer.json`);
        const answer = {
          decision: flags.reject === true ? ('reject' as const) : ('approve' as const),
          reason: flags.reason ?? null,
          validDays: flags.days,
        };
        const key = await keyAt(flags.key);
        const answered = await answerRequest(request, key, answer, { out, consent: showThenAsk(output) });
        const { person, statements, file } = answered;
        output.line(`\n${person} signed ${counted(statements.length, 'decision')}\nwritten: ${file}`);
        output.result({ signer: person, signed: statements.map(({ about }) => about), file });
        output.next('carry it back; there `godwit approve import <file>` takes it in');
        return exitCode.done;
      }),
    );
}

const days = (text: string): number => wholeNumber('--days', text, 9999);
