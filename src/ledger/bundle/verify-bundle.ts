import type { VerifySignature } from '../../host/index.ts';
import { bodyErased } from '../entry.ts';
import type { TrustRoot } from '../trust-root.ts';
import {
  type BundleContent,
  type BundleLine,
  type BundleLineKind,
  bundleFormat,
  readBundle,
  textIn,
} from './bundle-line.ts';
import type { BundleProblem, BundleVerdict, ProvenRun } from './bundle-verdict.ts';
import {
  checkEnvelopes,
  checkPolicies,
  checkRunbooks,
  type ShownDecision,
  type ShownRunbook,
} from './check-decisions.ts';
import { checkCheckpoints, checkEntries, type ShownCheckpoint, type ShownEntry } from './check-history.ts';
import { checkRuns } from './check-runs.ts';
import { provenLines, unprovenLines } from './told-lines.ts';

/**
 * Checks a proof bundle with nothing but the trust root: no project, no network, no clock. Each part rests on the one before
 * (signatures of checkpoints, entries under them, decisions told by entries, runs that decisions allowed), so the first fault
 * ends it and nothing is said to be proven.
 */
export function verifyBundle(content: Uint8Array, trust: TrustRoot, verify: VerifySignature): BundleVerdict {
  const lines = readBundle(content);
  if (!('length' in lines)) return refused(lines, null);
  const head = lines[0]?.content as ProofHead;
  const project = textIn(head, 'project');
  const shown = checkAll(head, lines, trust, verify);
  if ('code' in shown) return refused(shown, project);
  const { checkpoints, entries, runs } = shown;
  const newest = checkpoints.at(-1);
  const bodiesErased = entries.filter(({ type }) => type === bodyErased).length;
  const told = { head, trust, ...shown, bodiesErased };
  return {
    holds: true,
    problems: [],
    project,
    size: head.size,
    entries: entries.length,
    bodiesErased,
    witnesses: newest?.cosignatures.map(({ witness }) => witness) ?? [],
    runs,
    proven: provenLines(told),
    notProven: unprovenLines(told),
  };
}

type ProofHead = Extract<BundleContent, { kind: 'proof' }>;

interface Shown {
  readonly checkpoints: readonly ShownCheckpoint[];
  readonly entries: readonly ShownEntry[];
  readonly runbooks: readonly ShownRunbook[];
  readonly decisions: readonly ShownDecision[];
  readonly runs: readonly ProvenRun[];
}

function checkAll(
  head: ProofHead,
  lines: readonly BundleLine[],
  trust: TrustRoot,
  verify: VerifySignature,
): Shown | BundleProblem {
  const ofKind = (...kinds: readonly BundleLineKind[]): readonly BundleLine[] =>
    lines.filter(({ kind }) => kinds.includes(kind));
  if (head.format !== bundleFormat || head.origin !== trust.origin || head.project !== trust.project)
    return {
      code: 'trust',
      line: 1,
      what: `it is a ${head.format} of ${head.origin}, the trust root of ${trust.origin} reads ${bundleFormat}`,
    };
  const checkpoints = checkCheckpoints(ofKind('checkpoint'), trust, verify);
  if ('code' in checkpoints) return checkpoints;
  const uncovered = checkNewest(checkpoints, head.size, trust);
  if (uncovered !== null) return uncovered;
  const entries = checkEntries(ofKind('entry', 'skipped'), checkpoints);
  if ('code' in entries) return entries;
  const policies = checkPolicies(ofKind('policy'), trust);
  if ('code' in policies) return policies;
  const runbooks = checkRunbooks(ofKind('runbook'), head.project, policies, entries);
  if ('code' in runbooks) return runbooks;
  const decisions = checkEnvelopes(ofKind('envelope'), head.project, policies, entries, verify);
  if ('code' in decisions) return decisions;
  const runs = checkRuns(entries, runbooks, decisions);
  return 'code' in runs ? runs : { checkpoints, entries, runbooks, decisions, runs };
}

/** The newest checkpoint covers what the bundle says it does, and enough witnesses have signed it. */
function checkNewest(
  checkpoints: readonly ShownCheckpoint[],
  size: number,
  { witnessesNeeded }: TrustRoot,
): BundleProblem | null {
  const newest = checkpoints.at(-1);
  const line = newest?.at ?? 1;
  if (newest?.size !== size)
    return { code: 'checkpoint', line, what: `it covers ${newest?.size ?? 0} entries, not ${size}` };
  const seenBy = newest.cosignatures.length;
  if (seenBy >= witnessesNeeded) return null;
  const what = `${witnessesNeeded} witnesses are needed, ${seenBy} have signed the newest checkpoint`;
  return { code: 'witness', line, what };
}

function refused(problem: BundleProblem, project: string | null): BundleVerdict {
  return {
    holds: false,
    problems: [problem],
    project,
    size: 0,
    entries: 0,
    bodiesErased: 0,
    witnesses: [],
    runs: [],
    proven: [],
    notProven: ['anything that this bundle says: it was changed, or does not fit the trust root'],
  };
}
