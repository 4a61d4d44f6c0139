import { partOf } from './bundle-line.ts';
import type { BundleProblem, ProvenRun } from './bundle-verdict.ts';
import type { ShownDecision, ShownPerson, ShownRunbook } from './check-decisions.ts';
import type { ShownEntry } from './check-history.ts';

/**
 * Every run that the bundle shows: begun under a runbook that is shown, after as many people as it asks for had approved
 * exactly that one, in the roles it asks for, with keys that count, not expired, who wrote the mapping and who began the run not
 * counted; or after somebody with the role had broken the glass; and nobody's last word before it was a rejection. The order is that of the ledger; times are those written there.
 */
export function checkRuns(
  entries: readonly ShownEntry[],
  runbooks: readonly ShownRunbook[],
  decisions: readonly ShownDecision[],
): readonly ProvenRun[] | BundleProblem {
  const runs: ProvenRun[] = [];
  for (const entry of entries) {
    if (entry.type !== 'run-started') continue;
    const read = readRun(entry, { entries, runbooks, decisions });
    if (typeof read === 'string')
      return { code: 'approval', line: entry.at, what: `the run of entry ${entry.seq}: ${read}` };
    runs.push(read);
  }
  return runs;
}

interface Shown {
  readonly entries: readonly ShownEntry[];
  readonly runbooks: readonly ShownRunbook[];
  readonly decisions: readonly ShownDecision[];
}

function readRun(start: ShownEntry, { entries, runbooks, decisions }: Shown): ProvenRun | string {
  const runbook = runbooks.find(({ id }) => id === partOf(start.body, 'runbook'));
  if (runbook === undefined) return 'its runbook is not shown';
  const before = entries.filter(({ seq }) => seq < start.seq);
  const gone = new Set(
    before.flatMap(({ type, body }) => (type === 'decision-withdrawn' ? [partOf(body, 'envelope')] : [])),
  );
  const spokenOf = before.filter(
    ({ type, body }) =>
      type === 'decision-recorded' &&
      partOf(body, 'about') === runbook.id &&
      partOf(body, 'kind') === 'approval' &&
      !gone.has(partOf(body, 'envelope')),
  );
  const ids = new Set(decisions.map(({ id }) => id));
  const kept = spokenOf.find(({ body }) => !ids.has(String(partOf(body, 'envelope'))));
  if (kept !== undefined) return `the decision of entry ${kept.seq} is not shown`;
  const last = new Map(
    decisions
      .filter(({ id, kind, recorded }) => kind === 'approval' && recorded < start.seq && !gone.has(id))
      .filter(({ body }) => body['runbook'] === runbook.id)
      .sort((a, b) => a.recorded - b.recorded)
      .map((decision) => [decision.signer, decision]),
  );
  const rejected = [...last.values()].find(({ body }) => body['decision'] !== 'approve');
  if (rejected !== undefined) return `${rejected.signer} had rejected its runbook`;
  const author = decisions.find(({ id }) => id === runbook.mappingSignature)?.signer;
  if (author === undefined) return 'the signature on its mapping is not shown';
  const counted = [...last.values()].filter(
    (decision) =>
      decision.signer !== author && decision.signer !== start.actor && counts(decision, runbook, start),
  );
  const lacking = runbook.rules.find(
    ({ role, people }) =>
      counted.filter(({ signer }) => personOf(runbook, signer)?.roles.includes(role)).length < people,
  );
  const glass = lacking && decisions.find((one) => !gone.has(one.id) && isGlass(one, runbook, start));
  if (lacking && !glass)
    return `${lacking.people} people had to approve it as ${lacking.role} who neither wrote the mapping nor began the run, and had not`;
  return {
    run: String(partOf(start.body, 'run')),
    runbook: runbook.id,
    startedBy: start.actor,
    entry: start.seq,
    approvedBy: counted.map(({ signer }) => signer).sort(),
    brokenBy: glass?.signer ?? null,
    reviewedBy: glass ? reviewers(glass, runbook, start, { entries, decisions }) : [],
    reviewersNeeded: glass ? (runbook.rules[0]?.people ?? 1) : 0,
  };
}

/** As an approval, at the moment the run began. */
function counts(decision: ShownDecision, runbook: ShownRunbook, start: ShownEntry): boolean {
  const { body } = decision;
  return (
    runbook.rules.some(({ role }) => role === body['role'] && signedAs(role, decision, runbook)) &&
    typeof body['expiresAt'] === 'string' &&
    body['expiresAt'] > start.time
  );
}

/** Broken before the run began, and not longer than a day before. */
function isGlass(decision: ShownDecision, runbook: ShownRunbook, start: ShownEntry): boolean {
  const { kind, body, recorded } = decision;
  const { breakGlass: role } = runbook.policy;
  const ends = body['expiresAt'];
  const age = Date.parse(start.time) - Date.parse(String(body['time']));
  return (
    kind === 'break-glass' &&
    body['runbook'] === runbook.id &&
    recorded < start.seq &&
    role !== null &&
    body['role'] === role &&
    signedAs(role, decision, runbook) &&
    typeof ends === 'string' &&
    ends > start.time &&
    age < 86_400_000
  );
}

/** Others than who broke the glass or began the run, in the role in which every runbook is approved. */
function reviewers(
  glass: ShownDecision,
  runbook: ShownRunbook,
  start: ShownEntry,
  { entries, decisions }: Pick<Shown, 'entries' | 'decisions'>,
): readonly string[] {
  const gone = new Set(
    entries.flatMap(({ type, body }) => (type === 'decision-withdrawn' ? [partOf(body, 'envelope')] : [])),
  );
  const role = runbook.rules[0]?.role ?? '';
  const names = decisions
    .filter(({ kind, body }) => kind === 'break-glass-review' && body['breakGlass'] === glass.id)
    .filter((one) => !gone.has(one.id) && signedAs(role, one, runbook))
    .map(({ signer }) => signer)
    .filter((name) => name !== glass.signer && name !== start.actor);
  return [...new Set(names)].sort();
}

/** By a person with the role, with a key that counted when it was signed and when the ledger began to speak of it. */
function signedAs(
  role: string,
  { signer, keys, body, recordedAt }: ShownDecision,
  runbook: ShownRunbook,
): boolean {
  const person = personOf(runbook, signer);
  if (!person?.roles.includes(role)) return false;
  const times = [String(body['time']), recordedAt];
  return keys.some((key) => {
    const { notBefore = null, notAfter = null } = person.windows?.find((one) => one.key === key) ?? {};
    const inTime = times.every(
      (time) => (notBefore === null || time >= notBefore) && (notAfter === null || time < notAfter),
    );
    return person.keys.includes(key) && !person.revoked.includes(key) && inTime;
  });
}

function personOf({ policy }: ShownRunbook, signer: string): ShownPerson | undefined {
  return policy.people.find(({ name }) => name === signer);
}
