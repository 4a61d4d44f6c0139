import type { ObjectNumbers, StepStatus } from '../../engine/index.ts';
import type { CallsOfSides, CallWait, CountedOfSides, Runbook } from '../../model/index.ts';
import { type Cell, counted, groupDigits, type Section } from '../document.ts';
import { seconds } from '../duration-text.ts';
import { spentText, waitText } from '../wait-text.ts';
import { callsFacts } from './calls-facts.ts';

/** What a status screen is made from; the counts are the target's. */
export interface StatusReport {
  readonly runbook: Runbook | null;
  readonly runbookId: string | null;
  readonly run: string | null;
  /** What stands against running it now; null while there is no runbook, and where that cannot be said. */
  readonly verdict: { readonly refusals: readonly { readonly code: string; readonly what: string }[] } | null;
  /** Why that cannot be said. */
  readonly unjudged: { readonly code: string; readonly what: string; readonly nextStep: string } | null;
  /** Relations of the source that came since the runbook was agreed, and that nobody decided on. */
  readonly undecided: readonly string[];
  /** The process that is at work on the project now; null when none is. */
  readonly running: {
    readonly pid: number;
    readonly host: string;
    readonly startedAt: string;
    readonly purpose: string;
  } | null;
  /** Those who work on it, on whatever machine; null where one machine works alone. */
  readonly workers?:
    | readonly {
        readonly host: string;
        readonly pid: number;
        readonly version: string;
        readonly state: 'here' | 'silent' | 'gone';
        readonly leads: boolean;
        readonly seenAt: string;
        readonly slicesDone: number;
        readonly holds: readonly string[];
      }[]
    | null;
  /** What began, and nothing says how it ended: the process was cut off in it. */
  readonly unknown: readonly { readonly step: string; readonly entry: number }[];
  /** What holds the run until somebody signs. */
  readonly stops: readonly StandingStop[];
  /** Runs without their approvals, in words, each with its review. */
  readonly glasses: readonly { readonly open: boolean; readonly told: string }[];
  /** Step -> milliseconds it has taken so far. */
  readonly took: Readonly<Record<string, number>>;
  /** Step -> calls it has made of systems that count them. */
  readonly calls?: Readonly<Record<string, CallsOfSides>>;
  /** The same of all steps, with what came of them. */
  readonly callsOf?: CountedOfSides | null;
  /** Systems whose calls are used up. */
  readonly waits?: readonly { readonly system: string; readonly wait: CallWait }[];
  /** False where the target could not be asked for its counts. */
  readonly counted?: boolean;
  /** A rollback of this run was begun and has not come to its end. */
  readonly undoing: boolean;
  /** The run was taken back whole. */
  readonly undone: boolean;
  readonly steps: readonly StepStatus[];
  /** How the checks before production stand; none where the runbook asks for none. */
  readonly preChecks: readonly {
    readonly step: string;
    readonly title: string;
    readonly held: boolean;
    readonly what: string;
    readonly verb: string;
  }[];
  /** What the newest audit of the run found; null when there was none. */
  readonly audited: { readonly at: string; readonly differences: number } | null;
  /** Who signed the result of the run. */
  readonly signedBy: readonly string[];
  readonly numbers: readonly ObjectNumbers[];
  readonly next: string;
  readonly wayOut: string;
  readonly whoDecides: string;
}

interface StandingStop {
  readonly step: string | null;
  readonly by: string;
  readonly rule: string;
  readonly reason: string;
}

/** One screen that a person who joins halfway understands. */
export function statusSection(status: StatusReport): Section {
  const { runbook, verdict, next, wayOut, whoDecides } = status;
  // A run that was taken back is over; that it may not be run again is no refusal of anything.
  const against = status.unjudged ? toldBeside(status, status.unjudged) : (verdict?.refusals ?? []);
  const refusals = status.undone ? [] : against;
  return {
    id: 'status',
    title: runbook === null ? 'Before the plan' : `${runbook.project}: ${status.run ?? ''}`,
    verdict: verdictOf(refusals.length, status),
    blocks: [
      {
        kind: 'facts',
        facts: [
          ...status.glasses.map(({ open, told }) => [open ? 'GLASS BROKEN' : 'glass broken', told] as const),
          ...waitFacts(status),
          ...whereFacts(status),
          ...undecidedFacts(status),
          ['next', next],
          ['way out', wayOut],
          ['who decides', whoDecides],
          ...(status.runbookId === null ? [] : ([['runbook', status.runbookId]] as const)),
        ],
      },
      {
        kind: 'list',
        items: refusals.map(({ what, code }) => ({
          tone: 'bad' as const,
          title: what,
          detail: code,
          fix: null,
        })),
      },
      {
        kind: 'table',
        head: ['step', 'state', 'slices', 'read', 'written', 'quarantined', 'purged', 'rehearsed', 'took'],
        rows: runbook === null ? [] : runbook.steps.map((step) => stepRow(step, status)),
        empty: '',
      },
      {
        kind: 'table',
        head: ['before production', 'evidence', '', 'by'],
        rows: status.preChecks.map(({ title, held, what, verb }) => [
          title.replace('Before production: ', ''),
          held ? 'there' : 'MISSING',
          what,
          held ? '' : verb.replaceAll('`', ''),
        ]),
        empty: '',
      },
      workersTable(status),
      {
        kind: 'table',
        head: ['object', 'source', 'written', 'quarantined', 'purged', 'not yet accounted for'],
        rows: status.numbers
          .filter(({ unexplained }) => unexplained !== '0')
          .map((one) => [
            one.object,
            groupDigits(one.rowsSource),
            one.rowsWritten,
            one.rowsQuarantined,
            one.rowsPurged,
            groupDigits(one.unexplained),
          ]),
        empty: '',
      },
    ],
  };
}

/** That calls are used up is told by itself. */
const toldBeside = ({ waits = [] }: StatusReport, unjudged: NonNullable<StatusReport['unjudged']>) =>
  waits.length > 0 && unjudged.code === 'http.quota-spent' ? [] : [unjudged];

/** Empty where one machine works alone. */
function workersTable(status: StatusReport): Section['blocks'][number] {
  return {
    kind: 'table',
    head: ['worker', 'state', 'version', 'seen', 'slices done', 'holds'],
    rows: (status.workers ?? []).map(({ host, pid, leads, state, version, seenAt, slicesDone, holds }) => [
      `process ${pid} on ${host}`,
      leads ? `${state}, leads` : state,
      version,
      seenAt,
      slicesDone,
      holds.join(', '),
    ]),
    empty: '',
  };
}

function verdictOf(refusals: number, status: StatusReport): Section['verdict'] {
  const { runbook, unjudged, steps, undoing, undone } = status;
  if (runbook === null) return { tone: 'plain', text: 'there is no runbook yet' };
  if (undone) return { tone: 'plain', text: 'taken back: nothing of this run is in the target' };
  if (undoing) {
    const slices = steps.reduce((sum, { slicesApplied }) => sum + slicesApplied, 0);
    return {
      tone: 'bad',
      text: `a rollback was begun; records of ${counted(slices, 'slice')} are still in the target`,
    };
  }
  if (steps.length > 0) return verdictOfRun(runbook, status);
  if (unjudged) return { tone: 'warn', text: 'whether it may run cannot be said' };
  const [stop] = status.stops;
  if (stop) return { tone: 'bad', text: stopText(stop, ' before it began') };
  return refusals > 0
    ? { tone: 'warn', text: 'it may not run yet' }
    : { tone: 'good', text: 'ready to run; nothing was written yet' };
}

/** Of a run that was begun. */
function verdictOfRun(runbook: Runbook, { steps, stops, running }: StatusReport): Section['verdict'] {
  const current = steps.find(({ step }) => step.state !== 'done')?.step;
  if (running) return { tone: 'good', text: `a process is at it: ${running.purpose}` };
  const [stop] = stops;
  if (stop) return { tone: 'bad', text: stopText(stop, inStep(stop.step)) };
  if (current?.state === 'started')
    return {
      tone: 'warn',
      text: `cut off in ${current.step}: what became of the slice under way is unknown here; the target knows, and \`godwit run\` asks it`,
    };
  if (current)
    return { tone: 'bad', text: `${current.state}${inStep(current.step)}${inBrackets(current.code)}` };
  const writing = runbook.steps.filter(
    ({ action }) => action.kind !== 'audit' && action.kind !== 'sign-off' && action.kind !== 'pre-check',
  );
  return steps.length < writing.length
    ? { tone: 'warn', text: 'begun, and no process is at it; `godwit run` goes on' }
    : { tone: 'good', text: 'every step that writes is done' };
}

/** At a stop point nothing went wrong: it waits for a person, as was agreed. */
function stopText({ by, rule, reason }: StandingStop, where: string): string {
  return rule.startsWith('runbook.stop-point ')
    ? `held at a stop point ${reason}`
    : `stopped by ${by}${where}: ${reason}`;
}

const inStep = (step: string | null): string => (step === null ? '' : ` in ${step}`);
const inBrackets = (code: string | null): string => (code === null ? '' : ` (${code})`);

/** Where the run is, who is at it and how its time compares with the rehearsal; nothing of it before it begins. */
function whereFacts(status: StatusReport): readonly (readonly [string, string])[] {
  const { runbook, steps, running, took, undone } = status;
  if (runbook === null || steps.length === 0 || undone) return [];
  const done = stepsDone(runbook, status);
  const at = runbook.steps.findIndex(({ id }) => !done.has(id));
  const step = runbook.steps[at];
  const where = step ? `step ${at + 1} of ${runbook.steps.length}: ${step.title}` : 'behind the last step';
  const who = running
    ? `process ${running.pid} on ${running.host} since ${running.startedAt}`
    : 'nobody: no process is at it';
  return [
    ['where', where],
    ['at work', who],
    ...status.unknown.map(
      ({ step: name, entry }) =>
        [
          'unknown',
          `what became of ${name}: entry ${entry} of the ledger says that it began, none how it ended; \`godwit run\` asks the target`,
        ] as const,
    ),
    ['time', timesText(runbook, took, done)],
    ...callsFacts(runbook, { calls: status.calls ?? {}, of: status.callsOf ?? null }, done),
    ['records', recordsText(status)],
  ];
}

/** Whoever is at work waits for these calls, and so would anybody who begins. */
function waitFacts({ waits = [], running }: StatusReport): readonly (readonly [string, string])[] {
  const told = (wait: CallWait): string =>
    running ? `${running.purpose} waits: ${waitText(wait)}` : spentText(wait);
  return waits.map(({ system, wait }) => [`calls of the ${system}`, told(wait)] as const);
}

/** What came beside the mapping keeps no step back, and is in no count: only here is it told. */
function undecidedFacts({ undecided, undone }: StatusReport): readonly (readonly [string, string])[] {
  if (undecided.length === 0 || undone) return [];
  const told = undecided.length === 1 ? 'it is' : 'they are';
  return [
    [
      'UNDECIDED',
      `${undecided.join(', ')}: in the source now, and ${told} neither mapped nor left behind; nothing of that is moved or counted here; \`godwit map check\``,
    ],
  ];
}

/** The journal knows the steps that write; of the audit and the signature the ledger and the approvals know. */
function stepsDone({ steps }: Runbook, status: StatusReport): ReadonlySet<string> {
  const written = status.steps.flatMap(({ step }) => (step.state === 'done' ? [step.step] : []));
  const ended = steps.flatMap(({ id, action }) => {
    if (action.kind === 'audit') return status.audited === null ? [] : [id];
    if (action.kind === 'pre-check')
      return status.preChecks.some(({ step, held }) => step === id && held) ? [id] : [];
    return action.kind === 'sign-off' && status.signedBy.length > 0 ? [id] : [];
  });
  return new Set([...written, ...ended]);
}

/** What became of the records so far, in the target's own numbers. */
function recordsText({ numbers, counted: asked = true }: StatusReport): string {
  if (!asked) return 'not counted now: only the target knows, and its calls are used up';
  const sum = (part: 'rowsWritten' | 'rowsQuarantined' | 'rowsPurged'): string =>
    groupDigits(String(numbers.reduce((all, one) => all + one[part], 0)));
  const open = numbers.reduce((all, one) => all + BigInt(one.unexplained), 0n);
  const rest =
    open === 0n ? 'none without an explanation' : `${groupDigits(String(open))} not yet accounted for`;
  return `${sum('rowsWritten')} written, ${sum('rowsQuarantined')} in quarantine, ${sum('rowsPurged')} left behind on purpose; ${rest}`;
}

/** Actual beside expected, of the same steps, and what the others took in the rehearsal. */
function timesText({ steps }: Runbook, took: StatusReport['took'], done: ReadonlySet<string>): string {
  const sum = (times: readonly (number | null)[]): number | null =>
    times.reduce<number | null>((all, one) => (all === null || one === null ? null : all + one), 0);
  const spent = Object.values(took).reduce((all, one) => all + one, 0);
  const expected = sum(steps.filter(({ id }) => done.has(id)).map(({ rehearsedMs }) => rehearsedMs));
  const left = sum(steps.filter(({ id }) => !done.has(id)).map(({ rehearsedMs }) => rehearsedMs));
  if (expected === null || left === null)
    return `so far ${seconds(spent)}; not rehearsed, so nobody knows how long it takes`;
  return `so far ${seconds(spent)}; in the rehearsal the steps that are done took ${seconds(expected)}, those to come ${seconds(left)}`;
}

function stepRow(step: Runbook['steps'][number], status: StatusReport): readonly Cell[] {
  const found = status.steps.find((one) => one.step.step === step.id);
  const moves = found !== undefined && found.slicesPlanned > 0 && status.counted !== false;
  return [
    step.id,
    found ? stateOf(found, status) : endState(step, status),
    moves ? `${found.slicesApplied} of ${found.slicesPlanned}` : '',
    moves ? groupDigits(String(found.counts.rowsRead)) : '',
    moves ? groupDigits(String(found.counts.rowsWritten)) : '',
    moves ? groupDigits(String(found.counts.rowsQuarantined)) : '',
    moves ? groupDigits(String(found.counts.rowsPurged)) : '',
    step.rehearsedMs === null ? '' : seconds(step.rehearsedMs),
    status.took[step.id] === undefined ? '' : seconds(status.took[step.id] ?? 0),
  ];
}

/** A step that was begun while nobody is at it was cut off: how far it came is in the columns beside. */
function stateOf({ step }: StepStatus, { running }: StatusReport): string {
  if (step.state !== 'started') return step.state;
  return running ? 'under way' : 'unknown: cut off';
}

/** Of the steps that move nothing: the ledger and the approvals know of them, the journal of the run does not. */
function endState({ id, action }: Runbook['steps'][number], status: StatusReport): string {
  const { audited, signedBy, preChecks } = status;
  const before = preChecks.find(({ step }) => step === id);
  if (before) return before.held ? 'evidence is there' : 'lacks evidence';
  if (action.kind === 'audit' && audited !== null)
    return `done, ${counted(audited.differences, 'difference')}`;
  if (action.kind !== 'sign-off' || audited === null) return 'to come';
  return signedBy.length > 0 ? `signed by ${signedBy.join(', ')}` : 'waiting';
}
