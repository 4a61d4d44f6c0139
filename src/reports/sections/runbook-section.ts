import { holdInWords, type Runbook, type RunbookStep, stepMinutesMax } from '../../model/index.ts';
import { counted, groupDigits, type ListItem, type Section } from '../document.ts';
import { seconds } from '../duration-text.ts';
import { predictedCallsFacts } from './calls-facts.ts';
import { protectionFacts } from './protection-facts.ts';
import { responsibilityFacts } from './responsibility-facts.ts';
import { runbookSteps } from './runbook-steps.ts';

/** The runbook as people talk about it: each step, what proves it, how to get out, who signs, how long it took in rehearsal. */
export function runbookSection(runbook: Runbook): Section {
  const { approvals, stopRules } = runbook;
  return {
    id: 'runbook',
    title: 'Runbook',
    verdict: {
      tone: 'plain',
      text: `${counted(runbook.steps.length, 'step')}; needs ${neededIn(approvals)}; the author ${runbook.mappingAuthor} and whoever runs it do not count`,
    },
    blocks: [
      {
        kind: 'table',
        head: ['step', 'what', 'rehearsed', 'way back', 'who'],
        rows: runbook.steps.map(({ id, title, action, rehearsedMs, rollback, approver, irreversible }) => [
          id,
          irreversible ? `${title} (IRREVERSIBLE)` : title,
          rehearsedMs === null ? 'not yet' : seconds(rehearsedMs),
          wayBackOf(action, rollback),
          approver,
        ]),
        empty: '',
      },
      ...runbookSteps(runbook),
      {
        kind: 'table',
        head: ['object', 'records', 'into', 'mode', 'there already'],
        rows: runbook.objects.map(({ object, rowsSource, target, mode, rowsTargetBefore }) => [
          object,
          groupDigits(rowsSource),
          target,
          mode,
          groupDigits(rowsTargetBefore),
        ]),
        empty: '',
      },
      { kind: 'list', items: runbook.objects.filter(isInTheWay).map(inTheWay) },
      ...responsibilityFacts(runbook.responsibility),
      {
        kind: 'facts',
        facts: [
          ...predictedCallsFacts(runbook),
          [
            'stops when',
            `more than ${stopRules.quarantinedPer10000} of 10,000 records (and more than ${stopRules.quarantinedFloor}) are quarantined`,
          ],
          [
            'stops when',
            `a step takes more than ${stopRules.stepTimeFactor} times its rehearsed time, and more than a minute`,
          ],
          [
            'stops when',
            `a step that was never rehearsed takes more than ${stopRules.stepMinutesMax ?? stepMinutesMax} minutes`,
          ],
          ...stopsMore(stopRules),
          ...restoreRule(stopRules),
          ...protectionFacts(runbook.options),
          ['audit may find', counted(stopRules.auditDifferencesMax, 'difference')],
          ['valid until', runbook.expiresAt],
          ...wholeWayBack(runbook),
          ...wayOut(runbook),
          ...holdFacts(runbook),
          ['no return after', runbook.pointOfNoReturn ?? 'every step can be taken back'],
        ],
      },
    ],
  };
}

function wayBackOf({ kind }: RunbookStep['action'], rollback: RunbookStep['rollback']): string {
  if (rollback !== null)
    return rollback.command + (rollback.rehearsedMs === null ? '' : ` (${seconds(rollback.rehearsedMs)})`);
  return kind === 'advance-sequences' ? 'nothing to take back' : 'changes nothing';
}

/** The steps before which a person looks first; the other stop points need nobody. */
function holdFacts({ steps }: Runbook): readonly (readonly [string, string])[] {
  const holding = steps.flatMap(({ id, holds, approver }) =>
    holds
      ? [
          [
            'holds before',
            `${id}, which ${holdInWords[holds]}: until ${approver} signs for what is there`,
          ] as const,
        ]
      : [],
  );
  const others = 'every other stop point passes by itself once its checks hold';
  return [...holding, ['stop points', holding.length === 0 ? others.replace('other ', '') : others]];
}

function stopsMore({
  window,
  action,
  ...rules
}: Runbook['stopRules']): readonly (readonly [string, string])[] {
  const then =
    action === 'roll-back'
      ? 'the step is taken back, and the run is held until somebody signs'
      : 'the run is held behind the last whole slice until somebody signs';
  return [
    ...agreedBesides(rules),
    ...(window
      ? [['stops when', `it is not between ${window.notBefore} and ${window.notAfter}`] as const]
      : []),
    ['and then', then],
  ];
}

function restoreRule({ restoreTimeFactor }: Runbook['stopRules']): readonly (readonly [string, string])[] {
  if (restoreTimeFactor === undefined) return [];
  const text = `a later restore drill does not pass, or takes more than ${restoreTimeFactor} times the approved time`;
  return [['stops when', text]];
}

const systemRules = [
  ['replicaLagSecondsMax', 'a replica of the % is more than # s behind'],
  ['lockWaitSecondsMax', 'others wait for locks of the run on the % for more than # s'],
  ['logWrittenMibMax', 'the % has written more than # MiB of log since the step began'],
  ['logKeptMibMax', 'the % keeps more than # MiB of log'],
  ['apiCallsLeftMin', 'fewer than # calls are left of what the % allows'],
] as const;

function agreedBesides(rules: Partial<Runbook['stopRules']>): readonly (readonly [string, string])[] {
  const sums = (rules.totals ?? []).map(
    ({ relation, field, differenceMax }) =>
      ['stops when', `the sums of ${relation}.${field} are more than ${differenceMax} apart`] as const,
  );
  const limits = systemRules.flatMap(([rule, text]) =>
    Object.entries(rules[rule] ?? {}).map(
      ([role, limit]) => ['stops when', text.replace('%', role).replace('#', String(limit))] as const,
    ),
  );
  const between = (rules.ranges ?? []).map(
    ({ relation, field, from, to }) =>
      [
        'stops when',
        `a value of ${relation}.${field} is not between ${from ?? 'anything'} and ${to ?? 'anything'}`,
      ] as const,
  );
  const clean = (rules.cleanFields ?? []).map(
    ({ relation, field }) => ['stops when', `data about people is found in ${relation}.${field}`] as const,
  );
  return [...sums, ...between, ...clean, ...limits];
}

type PlannedObject = Runbook['objects'][number];

/** The run counts again and refuses: better known before people sign. */
function isInTheWay({ mode, rowsTargetBefore }: PlannedObject): boolean {
  return mode === 'empty-only' && rowsTargetBefore !== '0';
}

function inTheWay({ object, target, rowsTargetBefore }: PlannedObject): ListItem {
  return {
    tone: 'bad',
    title: `${target} holds ${counted(rowsTargetBefore, 'record')} already, and ${object} is agreed as empty-only: the run will refuse it`,
    detail: '',
    fix: 'Empty the relation, or choose `mode: append` or `mode: upsert` in the mapping, and plan again.',
  };
}

/** `2 approvers, and 1 owner (losing)`. */
function neededIn({ role, people, forRisk = [] }: Runbook['approvals']): string {
  const besides = forRisk.map((rule) => `, and ${counted(rule.people, rule.role)} (${rule.risk})`);
  return `${counted(people, role)}${besides.join('')}`;
}

/** A command beside a step reads as if it took back that step alone. */
function wholeWayBack({ steps }: Runbook): readonly (readonly [string, string])[] {
  const said = steps.find(({ rollback }) => rollback?.takesBack !== undefined)?.rollback;
  if (!said) return [];
  return [
    [
      'way back',
      `\`${said.command}\` takes back ${said.takesBack}; the time beside a step is that step's part of it`,
    ],
  ];
}

function wayOut({ restore }: Runbook): readonly (readonly [string, string])[] {
  if (!restore) return [];
  const { durationMs, drilledAt, backup } = restore;
  return [
    [
      'restoring the backup',
      `${seconds(durationMs)} in the drill of ${drilledAt}, of ${backup.slice(0, 23)}...`,
    ],
  ];
}
