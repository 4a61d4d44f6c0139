import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { type AttestedCheck, attestedChecks } from '../../model/index.ts';
import {
  answerRequest,
  decidableFindings,
  importDecision,
  type Project,
  type RequestedDecision,
  writeRequest,
} from '../../project/index.ts';
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
  readonly days?: number;
  readonly reference?: string;
  readonly file?: string;
}

/** The verbs by which people agree on machines of their own: a request goes out, an answer comes back. */
export function addCarryVerbs(approve: Command, run: VerbRunner): void {
  addRequest(approve, run);
  addAnswer(approve, run);
  withCommonOptions(approve.command('import <file>').description('take in what was signed elsewhere')).action(
    (path: string, flags: CommonOptions) =>
      run.onProject(flags, async (project, _options, { output }) => {
        const imported = await importDecision(project, path);
        for (const { kind, person, file, rejects } of imported)
          output.line(`${rejects ? 'rejection' : kind} of ${person} taken in\nwritten: ${file}`);
        output.result({ imported });
        output.next('`godwit status`');
        return exitCode.done;
      }),
  );
}

/** Decisions that are asked for by their name alone. */
const plain = {
  mapping: ['mapping', 'asks its author to sign the mapping'],
  runbook: ['runbook', 'asks them to approve or reject runbook.yaml'],
  people: ['people', 'asks those who decided so far to agree to what godwit.yaml says now'],
  'break-glass': [
    'break-glass',
    'in an emergency: asks to let the runbook run without the approvals it lacks',
  ],
  continue: ['continue', 'asks the person the runbook names to let a stopped run go on'],
  result: ['result', 'audits once more, and asks the owner to sign what was found'],
  review: ['reviews', 'asks others to look at runs that somebody let run without their approvals'],
} as const;

function addRequest(approve: Command, run: VerbRunner): void {
  const request = approve
    .command('request')
    .description('write a file that asks a person on another machine to sign');
  const verb = (name: string, description: string): Command =>
    withCommonOptions(request.command(name).description(description)).requiredOption(
      '--out <file>',
      'where to write it',
    );
  for (const [name, [kind, description]] of Object.entries(plain))
    verb(name, description).action((flags: RequestFlags) => ask(run, flags, () => ({ kind })));
  verb('finding [ids...]', 'asks them to accept what findings say')
    .option('--all', 'every finding that blocks and may be decided')
    .hook('preAction', (command) => namedOrAll(command.args, command.opts<RequestFlags>().all === true))
    .action((ids: string[], flags: RequestFlags) =>
      ask(run, flags, (project) => ({
        kind: 'findings',
        findings: flags.all === true ? decidableFindings(project) : ids,
      })),
    );
  verb('step [steps...]', 'asks the owners to approve steps that delete, merge or overwrite records')
    .option('--all', 'every step that waits for its owner')
    .hook('preAction', (command) => namedOrAll(command.args, command.opts<RequestFlags>().all === true))
    .action((steps: string[], flags: RequestFlags) =>
      ask(run, flags, () => ({ kind: 'steps', steps: flags.all === true ? 'all' : steps })),
    );
  verb(
    'check',
    'asks them to sign that monitoring is live, that support has the brief, or that what the target does by itself was looked at',
  )
    .addArgument(new Argument('<what>', 'what they look at').choices(attestedChecks))
    .action((check: AttestedCheck, flags: RequestFlags) => ask(run, flags, () => ({ kind: 'check', check })));
}

function ask(
  run: VerbRunner,
  flags: RequestFlags,
  what: (project: Project) => RequestedDecision,
): Promise<void> {
  const out = resolve(flags.out);
  return run.onProject(flags, async (project, _options, { output }) => {
    const { asked } = await writeRequest(project, what(project), out);
    output.line(`written: ${out}`);
    output.result({ file: out, asked: asked.kind });
    output.next(
      'carry it to the person, who runs `godwit approve answer <request> --key <file>`; then `godwit approve import <file>` here',
    );
    return exitCode.done;
  });
}

function addAnswer(approve: Command, run: VerbRunner): void {
  withCommonOptions(
    approve
      .command('answer <request>')
      .description('show what a request asks, and sign it; needs no project'),
  )
    .requiredOption('--key <file>', 'your key')
    .option('--reject', 'reject the runbook; say of a broken glass that it was not justified')
    .option('--reason <text>', 'why')
    .option('--days <number>', 'for how long: findings 90 days, checks 30 unless given', days)
    .option('--reference <where>', 'of a check, where others find it: a dashboard, a ticket, a page')
    .option('--file <brief>', 'of a check, the brief that support was given')
    .option('--out <file>', 'where to write the answer (default: <request>.answer.json)')
    .action((request: string, flags: AnswerFlags) =>
      run.plain(flags, async ({ output }) => {
        const out = resolve(flags.out ?? `${request}.answer.json`);
        const answer = {
          decision: flags.reject === true ? ('reject' as const) : ('approve' as const),
          reason: flags.reason ?? null,
          validDays: flags.days ?? null,
          reference: flags.reference ?? null,
          brief: flags.file ?? null,
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
