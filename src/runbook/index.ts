/**
 * Facts, mapping and signed decisions in; ordered steps out, with gates and stop rules; and, once enough people have agreed,
 * the warrant. Knows no machine: the same input gives the same answer.
 */
export { textFaults } from './agreed-texts.ts';
export { rulesFor } from './approval-rules.ts';
export { type BrokenGlass, brokenGlasses, glassFault, glassHoldsMs, glassInWords } from './broken-glass.ts';
export { buildRunbook } from './build-runbook.ts';
export { objectsWritten } from './build-steps.ts';
export {
  breakGlassReviewed,
  type DecisionLog,
  decisionRecorded,
  decisionWithdrawn,
  glassBroken,
  policyAgreed,
  readDecisionLog,
  runbookClosed,
} from './decision-log.ts';
export {
  evaluateStopRules,
  type Observation,
} from './evaluate-stop-rules.ts';
export { type ChangeKind, explainChange, type RunbookChange } from './explain-change.ts';
export { explainPolicyChange } from './explain-policy-change.ts';
export { issueRehearsalWarrant, type RehearsalRequest } from './issue-rehearsal-warrant.ts';
export { issueRollbackWarrant, type RollbackWarrantRequest } from './issue-rollback-warrant.ts';
export {
  issueWarrant,
  judgeWarrant,
  type ObservedWorld,
  type WarrantRequest,
  type WarrantVerdict,
} from './issue-warrant.ts';
export type { ApprovalVerdict } from './judge-approvals.ts';
export {
  judgePolicyChange,
  type PolicyChangeRequest,
  type PolicyChangeVerdict,
} from './judge-policy-change.ts';
export {
  attestingRoles,
  judgePreChecks,
  mayAttest,
  type PreCheckState,
  roleInWords,
} from './judge-pre-checks.ts';
export { durationInWords, type RestoreFacts, type WayBackFacts } from './judge-restore-time.ts';
export { atMost, isLifted, type LiftedStop } from './lifted-stop.ts';
export { mappingDigest, objectMappingDigest } from './mapping-digest.ts';
export type { ObjectDependency } from './object-dependency.ts';
export { type ObjectOrder, type OrderRequest, orderObjects } from './order-objects.ts';
export { checkPolicy, findPerson, hasRole, keyFault, policyDigest, policyText } from './policy.ts';
export { type AnyDecision, decisionsOf, readDecisions, type SignedDecision } from './read-decisions.ts';
export type { FieldSeen, TotalSeen } from './record-stop-rules.ts';
export { type Refusal, type RefusalCode, refused } from './refusal.ts';
export { parseRunbook, renderRunbook, runbookFile } from './render-runbook.ts';
export type { RestoreSeen } from './restore-stop-rule.ts';
export { checkRunbook, readRunbook, runbookBytes, runbookId } from './runbook-bytes.ts';
export type { PlannedCreation, RunbookInput, SystemFacts } from './runbook-input.ts';
export { namedFor, type RunStop, type StopsVerdict, standingStops } from './standing-stops.ts';
export { type StepVerb, stepActions } from './step-verbs.ts';
export type { Claim, StepAction } from './steps/step-kind.ts';
export { isStopPoint, type StopPointSeen, stopPointReason } from './stop-point.ts';
export { ruleName, type StopCode, type StopReason } from './stop-reason.ts';
export { structureChanges } from './structure-changes.ts';
export { structureDigest } from './structure-digest.ts';
export type { SystemSeen } from './system-stop-rules.ts';
