import { type Action, holdInWords, type Runbook, type RunbookStep, stepLimitMs } from '../../model/index.ts';
import { type Block, counted } from '../document.ts';
import { seconds } from '../duration-text.ts';

/**
 * Each step whole, folded under its name: what it does, statement by statement with the SHA-256 of each, or the rules that
 * transform an object; the check that proves it; its stop point; the way back.
 */
export function runbookSteps({
  steps,
  objects,
  stopRules,
}: Pick<Runbook, 'steps' | 'objects' | 'stopRules'>): readonly Block[] {
  return steps.map((step) => ({
    kind: 'folded',
    title: `${step.id}: ${step.title}`,
    blocks: [
      ...doneBy(step),
      ...(step.action.kind === 'copy' ? rulesOf(step.action.object, objects) : []),
      { kind: 'facts', facts: factsOf(step, stopRules) },
    ],
  }));
}

/** The statements where there are some: they are what the step shows, too. */
function doneBy({ action, shows, digests = [] }: RunbookStep): readonly Block[] {
  const statements = statementsIn(action);
  if (statements.length === 0) return [{ kind: 'paragraph', text: shows.join('\n') }];
  const text = statements.map((statement, at) => [...noted(digests[at]), `${statement};`].join('\n'));
  return [
    { kind: 'paragraph', text: `${counted(statements.length, 'statement')}, exactly:` },
    { kind: 'code', text: text.join('\n\n') },
  ];
}

function noted(digest: string | undefined): readonly string[] {
  return digest === undefined ? [] : [`-- ${digest}`];
}

function statementsIn(action: Action): readonly string[] {
  if (action.kind === 'create-relations') return action.statements;
  return action.kind === 'complete-relations' ? action.completions.map(({ statement }) => statement) : [];
}

function rulesOf(name: string, objects: Runbook['objects']): readonly Block[] {
  const object = objects.find((one) => one.object === name);
  return object?.rules === undefined ? [] : [{ kind: 'code', text: object.rules }];
}

function factsOf(step: RunbookStep, rules: Runbook['stopRules']): readonly (readonly [string, string])[] {
  return [
    ['proved by', step.check],
    ['stop point', stopPointOf(step)],
    ...limitOf(step, rules),
    ['way back', wayBackOf(step)],
  ];
}

/** A step that people take is not held to a clock. */
function limitOf(step: RunbookStep, rules: Runbook['stopRules']): readonly (readonly [string, string])[] {
  if (step.action.kind === 'pre-check' || step.action.kind === 'sign-off') return [];
  const limit = seconds(stepLimitMs(rules, step));
  return [['takes at most', step.rehearsedMs === null ? `${limit} (never rehearsed)` : limit]];
}

function wayBackOf({ action, rollback }: RunbookStep): string {
  if (rollback === null)
    return action.kind === 'advance-sequences' ? 'nothing to take back' : 'changes nothing';
  const scope = rollback.takesBack === undefined ? '' : `, takes back ${rollback.takesBack}`;
  return rollback.command.startsWith('godwit ') ? `\`${rollback.command}\`${scope}` : rollback.command;
}

function stopPointOf({ stopPoint, holds, approver, title }: RunbookStep): string {
  const says = stopPoint ?? title;
  if (holds)
    return `THE RUN HOLDS HERE, for it ${holdInWords[holds]}, until ${approver} signs \`godwit approve continue\` over what is there: ${says}`;
  return stopPoint === null ? 'none: it writes nothing' : `passes by itself once its checks hold: ${says}`;
}
