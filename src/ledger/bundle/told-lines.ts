import type { TrustRoot } from '../trust-root.ts';
import { stepOutcomeUnknown, unfinishedSteps } from '../unfinished-steps.ts';
import { type BundleContent, partOf } from './bundle-line.ts';
import type { ProvenRun } from './bundle-verdict.ts';
import type { ShownDecision, ShownRunbook } from './check-decisions.ts';
import type { ShownCheckpoint, ShownEntry } from './check-history.ts';

/** Everything in a bundle that holds. */
export interface Told {
  readonly head: Extract<BundleContent, { kind: 'proof' }>;
  readonly trust: TrustRoot;
  /** The smallest first. */
  readonly checkpoints: readonly ShownCheckpoint[];
  readonly entries: readonly ShownEntry[];
  readonly runbooks: readonly ShownRunbook[];
  readonly decisions: readonly ShownDecision[];
  readonly runs: readonly ProvenRun[];
  readonly bodiesErased: number;
}

/** What a bundle that holds shows, a sentence each, every one with the number of the entry it rests on. */
export function provenLines({ head, checkpoints, entries, decisions, runs }: Told): readonly string[] {
  const earlier = checkpoints.filter(({ size }) => size < head.size);
  return [
    `the runner of ${head.origin} signed this history of ${head.size} entries`,
    ...(checkpoints.at(-1)?.cosignatures ?? []).map(
      ({ witness, time }) =>
        `${witness} saw these ${head.size} entries at ${time}, and that they go on from what it saw before`,
    ),
    ...earlier.map(
      ({ size, cosignatures }) =>
        `it goes on from the first ${size} entries, as the runner signed them${cosignatures.map(({ witness, time }) => ` and ${witness} saw them at ${time}`).join('')}`,
    ),
    entries.length === head.size
      ? `all ${head.size} entries are here, in their order and unchanged`
      : `${entries.length} of the ${head.size} entries are here, each at its place and unchanged`,
    ...runs.map(
      (run) =>
        `entry ${run.entry}: ${run.startedBy} began ${run.run} under exactly the runbook ${run.runbook}, ${approvalOf(run)}`,
    ),
    ...entries.flatMap(outcome),
    ...decisions.map(
      (decision) => `entry ${decision.recorded}: the key of ${decision.signer} signed ${inWords(decision)}`,
    ),
  ];
}

/** A no is not told as a yes: both are signed in the same form. */
function inWords({ kind, body }: ShownDecision): string {
  const name = partOf(body, 'decision') === 'reject' ? 'rejection' : kind;
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
}

function approvalOf({ approvedBy, brokenBy, reviewedBy, reviewersNeeded }: ProvenRun): string {
  const names = approvedBy.join(', ');
  if (brokenBy === null) return `which ${names} had approved`;
  const review =
    reviewedBy.length >= reviewersNeeded
      ? `reviewed afterwards by ${reviewedBy.join(', ')}`
      : `NOT REVIEWED: it takes ${reviewersNeeded}, so far ${reviewedBy.join(', ') || 'nobody'}`;
  return `GLASS BROKEN by ${brokenBy}: it lacked approvals (given: ${names || 'none'}); ${review}`;
}

/** Entries that say how something came out. */
function outcome({ seq, type, body }: ShownEntry): readonly string[] {
  const part = (name: string): string => String(partOf(body, name));
  if (type === 'run-ended') return [`entry ${seq}: ${part('run')} ended: ${part('outcome')}`];
  if (type === stepOutcomeUnknown)
    return [
      `entry ${seq}: what became of ${part('step')} of ${part('run')} was not known when the run went on: its process was cut off`,
    ];
  if (type === 'audit-ended')
    return [`entry ${seq}: an audit of ${part('run')} found ${part('differences')} differences`];
  if (type === 'policy-agreed')
    return [`entry ${seq}: the people and rules ${part('policy')} held from here on`];
  return [];
}

export function unprovenLines(told: Told): readonly string[] {
  const { head, trust, checkpoints, entries, bodiesErased } = told;
  const blind = entries.filter((entry) => !Object.hasOwn(entry, 'body')).length;
  const hidden = head.size - entries.length;
  const started = new Set(
    entries.flatMap(({ type, body }) => (type === 'run-started' ? [partOf(body, 'run')] : [])),
  );
  const cutOff = unfinishedSteps(entries).filter(({ run }) => started.has(run));
  return [
    ...(checkpoints.at(-1)?.cosignatures.length === 0
      ? [
          'anything against who holds the runner key: no witness saw this history, so they could have written another one',
        ]
      : []),
    'that the times are right: each is the clock of the machine that wrote it',
    'that everything that happened was written, or happened as it was meant: only that what was written has not changed',
    `what came after entry ${head.size}: later entries may be withheld`,
    `that no other checkpoint was signed: ${checkpoints.length} ${checkpoints.length === 1 ? 'is' : 'are'} here, and one that is left out leaves no gap`,
    ...cutOff.map(
      ({ run, step, entry }) =>
        `what became of ${step} of ${run}: entry ${entry} says that it began, and no entry here how it ended`,
    ),
    ...(hidden > 0 ? [`what the ${hidden} entries say that are not here`] : []),
    ...(blind > 0
      ? [
          `what ${blind} entries speak of that is kept elsewhere, or was erased: only its keyed digest is here (${bodiesErased} erased)`,
        ]
      : []),
    ...unseenEvidence(told),
    'that a person read what their key signed, or that nobody else had their key',
    `that the keys belong to these people: the trust root says so (${trust.policies.length} people sections)`,
    'that the systems still hold today what an audit found then',
  ];
}

/** What the runbooks say they rest on, and what the ledger says was recorded: a bundle holds digests of it, and no file. */
function unseenEvidence({ runbooks, entries }: Told): readonly string[] {
  const recorded = entries.flatMap(({ type, body }) =>
    type === 'evidence-recorded' ? [String(partOf(body, 'kind'))] : [],
  );
  const names = [...new Set([...runbooks.flatMap(({ evidence }) => evidence), ...recorded])].sort();
  if (names.length === 0) return [];
  return [
    `what the evidence says that is only named here, by its digest: ${names.join(', ')}; its files stay with the project, in evidence/ and facts/`,
  ];
}
