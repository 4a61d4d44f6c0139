import { partOf } from './bundle-line.ts';
import type { BundleProblem, ProvenRun } from './bundle-verdict.ts';
import type { ShownDecision, ShownPerson, ShownRunbook } from './check-decisions.ts';
import type { ShownEntry } from './check-history.ts';

/**
 * Every run that the bundle shows: begun under a runbook that is shown, after as many people as it asks for had approved
 * exactly that one, in the roles it asks for, with keys that count, not expired, who wrote the mapping and who began the run not
 * counted; and nobody's last word before it was a rejection. The order is that of the ledger; times are those written there.
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
  for (const { role, people } of runbook.rules) {
    const had = counted.filter(({ signer }) => personOf(runbook, signer)?.roles.includes(role)).length;
    if (had < people)
      return `${people} people had to approve it as ${role} who neither wrote the mapping nor began the run, ${had} had`;
  }
  const approvedBy = counted.map(({ signer }) => signer).sort();
  const run = String(partOf(start.body, 'run'));
  return { run, runbook: runbook.id, startedBy: start.actor, entry: start.seq, approvedBy };
}

/** As an approval, at the moment the run began. */
function counts({ body, keys, signer }: ShownDecision, runbook: ShownRunbook, start: ShownEntry): boolean {
  const person = personOf(runbook, signer);
  return (
    person !== undefined &&
    runbook.rules.some(({ role }) => role === body['role'] && person.roles.includes(role)) &&
    keys.some((key) => person.keys.includes(key) && !person.revoked.includes(key)) &&
    typeof body['expiresAt'] === 'string' &&
    body['expiresAt'] > start.time
  );
}

function personOf({ policy }: ShownRunbook, signer: string): ShownPerson | undefined {
  return policy.people.find(({ name }) => name === signer);
}
