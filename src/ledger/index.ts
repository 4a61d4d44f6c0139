/** Append-only, hash-chained, signed history, and the envelopes decisions are signed in. Checked offline by anybody. */

export { type AcceptedCosignatures, acceptCosignatures } from './accept-cosignatures.ts';
export { type BundleVerdict, type ProvenRun } from './bundle/bundle-verdict.ts';
export { newestNotes } from './bundle/newest-notes.ts';
export { verifyBundle } from './bundle/verify-bundle.ts';
export { bundleText } from './bundle/write-bundle.ts';
export { canonicalJson } from './canonical-json.ts';
export { type Checkpoint, claimedCheckpoint, openCheckpoint, signCheckpoint } from './checkpoint.ts';
export { copyStore } from './copy-store.ts';
export { addCosignature, type Cosignature, cosignaturesOn, type WitnessKey } from './cosignature.ts';
export type {
  Approval,
  Attestation,
  DecisionKind,
  Decisions,
  FindingDecision,
  MappingSignature,
  PolicyStatement,
  ResultSignature,
} from './decision.ts';
export { decisionKindOf, type OpenedDecision, openDecision, signDecision } from './decision-envelope.ts';
export { blindBody, bodyErased, type Entry, linkTo, type NewEvent } from './entry.ts';
export {
  addSignature,
  type DecisionKey,
  type Envelope,
  envelopeId,
  envelopeText,
  parseEnvelope,
} from './envelope.ts';
export { type Evidence, type EvidenceKind, openEvidence, signEvidence } from './evidence.ts';
export { ledgerBusy } from './faults.ts';
export { FileLedger, type FileLedgerOptions } from './file-ledger.ts';
export type { Ledger } from './ledger.ts';
export type { LedgerProblem } from './ledger-problem.ts';
export type { LineStore, LockedLines } from './line-store.ts';
export { consistencyProof, inclusionProof, leafHash, merkleRoot } from './merkle-tree.ts';
export { lastCosigned, offerFrom } from './offer-from.ts';
export { SealedBodies } from './sealed-bodies.ts';
export { showLedger } from './show-ledger.ts';
export { addNoteSignature, openNote, signNote } from './signed-note.ts';
export { StoredLedger, type StoredLedgerOptions } from './stored-ledger.ts';
export { parseStrictJson } from './strict-json.ts';
export { readTrustRoot, type TrustRoot, trustText } from './trust-root.ts';
export { stepOutcomeUnknown, type UnfinishedStep, unfinishedSteps } from './unfinished-steps.ts';
export { type LedgerVerdict, type VerifyLedgerRequest, verifyLedger } from './verify-ledger.ts';
export { verifyConsistency, verifyInclusion } from './verify-merkle-proof.ts';
export { Witness, type WitnessOptions } from './witness.ts';
export { offerText } from './witness-offer.ts';
