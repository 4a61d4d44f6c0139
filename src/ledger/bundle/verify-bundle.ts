import type { VerifySignature } from '../../host/index.ts';
import type { TrustRoot } from '../trust-root.ts';
import { type BundleLine, type BundleLineOf, readBundle } from './bundle-line.ts';
import type { BundleProblem, BundleVerdict, ProvenRun } from './bundle-verdict.ts';
import { checkEnvelopes, checkPolicies, checkRunbooks, type ShownDecision } from './check-decisions.ts';
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
  const [head] = ofKind('proof', lines);
  if (head === undefined) throw new RangeError('a bundle without a first line was not refused');
  const shown = checkAll(head, lines, trust, verify);
  if ('code' in shown) return refused(shown, head.project);
  const { checkpoints, entries, decisions, runs } = shown;
  const newest = checkpoints.at(-1);
  const told = { head, trust, newest, entries, decisions, runs };
  return {
    holds: true,
    problems: [],
    project: head.project,
    size: head.size,
    entries: entries.length,
    witnesses: newest?.cosignatures.map(({ witness }) => witness) ?? [],
    runs,
    proven: provenLines(told),
    notProven: unprovenLines(told),
  };
}

interface Shown {
  readonly checkpoints: readonly ShownCheckpoint[];
  readonly entries: readonly ShownEntry[];
  readonly decisions: readonly ShownDecision[];
  readonly runs: readonly ProvenRun[];
}

function checkAll(
  head: BundleLineOf<'proof'>,
  lines: readonly BundleLine[],
  trust: TrustRoot,
  verify: VerifySignature,
): Shown | BundleProblem {
  if (head.origin !== trust.origin || head.project !== trust.project)
    return { code: 'trust', line: 1, what: `it speaks of ${head.origin}, the trust root of ${trust.origin}` };
  const checkpoints = checkCheckpoints(ofKind('checkpoint', lines), trust, verify);
  if ('code' in checkpoints) return checkpoints;
  const newest = checkpoints.at(-1);
  if (newest?.size !== head.size)
    return {
      code: 'checkpoint',
      line: newest?.at ?? 1,
      what: `it covers ${newest?.size ?? 0} entries, not ${head.size}`,
    };
  const entries = checkEntries(ofKind('entry', lines), head.entries, checkpoints);
  if ('code' in entries) return entries;
  const policies = checkPolicies(ofKind('policy', lines), trust);
  if ('code' in policies) return policies;
  const runbooks = checkRunbooks(ofKind('runbook', lines), head.project, policies, entries);
  if ('code' in runbooks) return runbooks;
  const decisions = checkEnvelopes(ofKind('envelope', lines), head.project, policies, entries, verify);
  if ('code' in decisions) return decisions;
  const runs = checkRuns(entries, runbooks, decisions);
  return 'code' in runs ? runs : { checkpoints, entries, decisions, runs };
}

function ofKind<Kind extends BundleLine['kind']>(
  kind: Kind,
  lines: readonly BundleLine[],
): readonly BundleLineOf<Kind>[] {
  return lines.filter((line): line is BundleLineOf<Kind> & BundleLine => line.kind === kind);
}

function refused(problem: BundleProblem, project: string | null): BundleVerdict {
  return {
    holds: false,
    problems: [problem],
    project,
    size: 0,
    entries: 0,
    witnesses: [],
    runs: [],
    proven: [],
    notProven: ['anything that this bundle says: it was changed, or does not fit the trust root'],
  };
}
