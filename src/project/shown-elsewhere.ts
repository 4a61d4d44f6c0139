import { digestOf } from '../host/index.ts';
import { isGodwitError } from '../model/index.ts';
import {
  type AnyDecision,
  type BrokenGlass,
  decisionsOf,
  glassInWords,
  hasRole,
  type SignedDecision,
} from '../runbook/index.ts';
import type { AskedGlass } from './asked-decision.ts';
import { glassesOf, whatCameOfIt } from './break-glass.ts';
import { policyOf } from './decision-files.ts';
import { wasFound } from './ended-run.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import type { Project } from './project.ts';
import { reviewText, stopInWords } from './run-statements.ts';
import { runStops } from './run-stops.ts';
import { askedFinding } from './sign-decisions.ts';
import { type AskedFinding, findingText } from './statement.ts';

/**
 * Why decisions made on another machine are none here: what was shown there is not what is shown here, because somebody changed
 * the request on its way, or because something happened since. Of a runbook, its steps and the people the digests are part of
 * what is judged before a run; this is about what only the importing side can look up.
 */
export function shownFaults(project: Project, decisions: readonly AnyDecision[]): readonly string[] {
  return [
    ...decisionsOf('result-signature', decisions).map((one) => resultFault(project, one)),
    ...decisionsOf('stop-override', decisions).map((one) => stopFault(project, one)),
    ...decisionsOf('finding-decision', decisions).map((one) => findingFault(project, one)),
    ...decisionsOf('break-glass-review', decisions).map((one) => reviewFault(project, one)),
  ].filter((fault) => fault !== null);
}

/** Why nobody answers for a result by this signature; null when its owner does. */
function resultFault(project: Project, { person, body }: SignedDecision<'result-signature'>): string | null {
  if (body.role !== 'owner' || !hasRole(person, 'owner'))
    return `${person.name} signed the result as ${body.role}; needed is owner, and they are ${person.roles.join(', ')}`;
  return wasFound(project, body) ? null : `no audit of ${body.run} found what ${person.name} signed`;
}

/** Why it lets no run go on: what was shown is not why the run was stopped. */
function stopFault(project: Project, { body }: SignedDecision<'stop-override'>): string | null {
  const { step, rule, observed, shown, decidedBy } = body;
  const { standing } = runStops(project, readPlannedRunbook(project));
  const about = standing.filter(
    (stop) => stop.step === step && stop.rule === rule && stop.observed === observed,
  );
  if (about.length === 0 || about.some((stop) => digestOf(stopInWords(stop)) === shown)) return null;
  return `${decidedBy} was shown another reason than the ledger gives: ${about.map(stopInWords).join('; ')}`;
}

/** Why nothing is accepted by it: the last check here says something else of the finding, or does not know it. */
function findingFault(project: Project, { body }: SignedDecision<'finding-decision'>): string | null {
  const { finding, decidedBy } = body;
  const found = foundHere(project, finding);
  if (found === null)
    return `the last check here found nothing to be decided with the name ${finding}, for which ${decidedBy} signed`;
  if (body.mapping !== found.mapping) return `${decidedBy} decided on ${finding} of another mapping`;
  if (body.records !== found.records)
    return `${decidedBy} accepted ${finding} for ${body.records ?? 'no'} records, found here are ${found.records ?? 'none'}`;
  if (body.shown === digestOf(findingText(found))) return null;
  return `${decidedBy} was shown another text for ${finding} than the last check gives: ${found.title}: ${found.detail}`;
}

function foundHere(project: Project, id: string): AskedFinding | null {
  try {
    return askedFinding(project, id);
  } catch (error) {
    if (isGodwitError(error, 'approval.unknown-finding')) return null;
    throw error;
  }
}

/** Why it is no review: what was shown of the glass, or of what came of it, is not what the ledger says. */
function reviewFault(project: Project, { body }: SignedDecision<'break-glass-review'>): string | null {
  const { reviewedBy, shown } = body;
  const glass = glassesOf(project).find(({ id }) => id === body.breakGlass);
  if (glass === undefined) return `${reviewedBy} reviewed a broken glass of which this ledger does not speak`;
  const cameOfIt = whatCameOfIt(project, glass.runbook);
  const asked = everAsked(glass, policyOf(project).people).map((one) => ({ glass: one, cameOfIt }));
  if (asked.some((one: AskedGlass) => digestOf(reviewText(one)) === shown)) return null;
  return `${reviewedBy} was shown something else than the ledger says: ${[glassInWords(glass), ...cameOfIt].join('; ')}`;
}

/** As it was told before its review was overdue, and before each of those who reviewed it had signed: several may be asked at once. */
function everAsked(glass: BrokenGlass, people: readonly { readonly name: string }[]): readonly BrokenGlass[] {
  const { reviews, stillToAsk } = glass;
  return Array.from({ length: reviews.length + 1 }, (_none, made) => {
    const open = new Set([...stillToAsk, ...reviews.slice(made).map(({ by }) => by)]);
    const names = people.map(({ name }) => name).filter((name) => open.has(name));
    const then = { ...glass, reviews: reviews.slice(0, made), stillToAsk: names };
    return [
      { ...then, state: 'due' as const },
      { ...then, state: 'overdue' as const },
    ];
  }).flat();
}
