import type { VerifySignature } from '../host/index.ts';
import {
  type DecisionKind,
  type Decisions,
  decisionKindOf,
  type Envelope,
  envelopeId,
  openDecision,
} from '../ledger/index.ts';
import { isGodwitError, type Person, type Policy } from '../model/index.ts';
import type { DecisionLog } from './decision-log.ts';
import { keyFault, ownerOfKey } from './policy.ts';
import type { Refusal } from './refusal.ts';

/** A decision whose signature holds, made with a valid key of the person it names. */
export interface SignedDecision<Kind extends DecisionKind> {
  readonly kind: Kind;
  /** The envelope's id. */
  readonly id: string;
  readonly body: Decisions[Kind];
  readonly person: Person;
}

export interface ReadDecisions {
  /** Each once, however often its envelope was handed in. */
  readonly decisions: readonly AnyDecision[];
  /** Why the others do not count. */
  readonly unusable: readonly UnusableDecision[];
}

/** The signature may hold, but it is not that of the person named, with a key that counts. */
export interface UnusableDecision extends Refusal {
  /** Of an envelope whose content a known key has signed; null for others. */
  readonly id: string | null;
  /** The runbook it speaks of; null when it speaks of none, or cannot be believed. */
  readonly runbook: string | null;
}

export type AnyDecision = { [Kind in DecisionKind]: SignedDecision<Kind> }[DecisionKind];

/**
 * In the order of the ledger, what it does not speak of last: the order of files is that of digests, another one each time.
 *
 * A key has to count at the time that was signed and at the time the ledger began to speak of it. A clock can be set back
 * before signing, so what comes in after a key has ended does not count, whatever its own time says.
 */
export function readDecisions(
  envelopes: readonly Envelope[],
  policy: Policy,
  verify: VerifySignature,
  { recorded }: Pick<DecisionLog, 'recorded'>,
): ReadDecisions {
  const decisions = new Map<string, AnyDecision>();
  const unusable: UnusableDecision[] = [];
  const entryOf = (envelope: Envelope): number =>
    recorded.get(envelopeId(envelope))?.seq ?? Number.MAX_SAFE_INTEGER;
  const inOrder = envelopes
    .map((envelope) => ({ envelope, entry: entryOf(envelope) }))
    .sort((left, right) => left.entry - right.entry);
  for (const { envelope } of inOrder) {
    const read = readDecision(envelope, policy, verify, recorded);
    if ('what' in read) unusable.push(read);
    else decisions.set(read.id, read);
  }
  return { decisions: [...decisions.values()], unusable };
}

/** People and rules that followed others, and the entry of the ledger from which on they hold. */
export interface Successors {
  readonly policy: Policy;
  readonly from: number;
}

/**
 * The same over a time in which other people followed: what the ledger spoke of before they did is judged by `policy`, what came
 * later, and what it does not speak of, by theirs. Who left takes no decision with them that they had made, and makes no new one.
 */
export function readDecisionsAcross(
  envelopes: readonly Envelope[],
  policy: Policy,
  successors: Successors,
  verify: VerifySignature,
  log: Pick<DecisionLog, 'recorded'>,
): ReadDecisions {
  const isLater = (envelope: Envelope): boolean =>
    (log.recorded.get(envelopeId(envelope))?.seq ?? Number.POSITIVE_INFINITY) > successors.from;
  const before = envelopes.filter((envelope) => !isLater(envelope));
  const earlier = readDecisions(before, policy, verify, log);
  const later = readDecisions(envelopes.filter(isLater), successors.policy, verify, log);
  return {
    decisions: [...earlier.decisions, ...later.decisions],
    unusable: [...earlier.unusable, ...later.unusable],
  };
}

/** Those of one kind. */
export function decisionsOf<Kind extends DecisionKind>(
  kind: Kind,
  decisions: readonly AnyDecision[],
): readonly SignedDecision<Kind>[] {
  return decisions.filter((one): one is SignedDecision<Kind> & AnyDecision => one.kind === kind);
}

function readDecision(
  envelope: Envelope,
  policy: Policy,
  verify: VerifySignature,
  recorded: DecisionLog['recorded'],
): AnyDecision | UnusableDecision {
  const kind = decisionKindOf(envelope);
  if (kind === null) return unreadable(`an envelope holds ${envelope.payloadType}, which is no decision`);
  const publicKeys = policy.people.flatMap(({ keys, revoked = [] }) => [...keys, ...revoked]);
  try {
    const { id, signers, body } = openDecision(kind, envelope, { publicKeys, verify });
    const times = [body.time, recorded.get(id)?.time ?? body.time];
    const person = signerOf(nameIn(body), signers, policy, times);
    const runbook = 'runbook' in body ? body.runbook : null;
    return 'what' in person ? { ...person, id, runbook } : ({ kind, id, body, person } as AnyDecision);
  } catch (error) {
    if (!isGodwitError(error)) throw error;
    return unreadable(`${kind}: ${error.detail}`);
  }
}

function unreadable(what: string): UnusableDecision {
  return { code: 'runbook.signature-invalid', what, id: null, runbook: null };
}

/** Every kind names its signer in a member of its own. */
function nameIn(body: Decisions[DecisionKind]): string {
  if ('approver' in body) return body.approver;
  if ('decidedBy' in body) return body.decidedBy;
  if ('acceptedBy' in body) return body.acceptedBy;
  if ('brokenBy' in body) return body.brokenBy;
  if ('reviewedBy' in body) return body.reviewedBy;
  if ('attestedBy' in body) return body.attestedBy;
  return 'author' in body ? body.author : body.agreedBy;
}

function signerOf(
  name: string,
  signers: readonly string[],
  policy: Policy,
  times: readonly string[],
): Person | Refusal {
  const own = signers.filter((key) => ownerOfKey(policy, key)?.name === name);
  const [key] = own;
  const person = key === undefined ? undefined : ownerOfKey(policy, key);
  if (person === undefined) {
    const who = signers.map((signer) => ownerOfKey(policy, signer)?.name ?? signer).join(', ');
    return { code: 'runbook.signer-differs', what: `a decision in the name of ${name} was signed by ${who}` };
  }
  const faults = own.map((one) => times.flatMap((time) => keyFault(person, one, time) ?? []));
  if (faults.some((of) => of.length === 0)) return person;
  return { code: 'runbook.key-revoked', what: `${name} signed with ${faults[0]?.[0] ?? key}` };
}
