/**
 * The desk: reads the project folder, wires the rooms, one file per verb. What the three doors above call.
 *
 * A verb is loaded when it is first called: loading all of them takes longer than many of them do.
 */
export { type PolicyAgreement, policyInForce, signPolicy } from './agreed-policy.ts';
export type { GivenAnswer } from './answer-request.ts';
export type { RequestedDecision } from './ask-decision.ts';
export type { LiveAudit } from './audit-live.ts';
export { differencesIn } from './audit-verdict.ts';
export { signBreakGlass, signReview, unreviewedGlasses } from './break-glass.ts';
export type { WaitTold } from './calls-waiting.ts';
export { type MapReport, showValue } from './check-map.ts';
export type { SystemCheck } from './check-systems.ts';
export { readRequest } from './decision-request.ts';
export type { MonitoringReport } from './drill-monitoring.ts';
export type { RestoreDrillReport } from './drill-restore.ts';
export { resultWaitsFor } from './ended-run.ts';
export type { Environment } from './environment.ts';
export type { ImportedDecision } from './import-decision.ts';
export type { InitOptions, InitResult } from './init-project.ts';
export type { InspectResult } from './inspect-systems.ts';
export { operatorOf } from './live-world.ts';
export { keyPassphrase, keyPassphraseVariable, makeKey, type NewKey, openKey, sshKeyAt } from './make-key.ts';
export type { TakenBackup } from './note-backup.ts';
export type { PlanResult } from './plan-run.ts';
export { nextAfterApproval } from './pre-checks.ts';
export { openProject, type Project, type ProjectOptions } from './project.ts';
export type { RehearsalOptions, RehearsalReport } from './rehearse.ts';
export type { RepairResult } from './repair-live.ts';
export { type KeptRestoreDrill, newestRestoreDrill } from './restore-evidence.ts';
export { stopInWords } from './run-statements.ts';
export { stopRun } from './run-stops.ts';
export type { RunWatcher, WorldReport } from './run-world.ts';
export type { SignedStop } from './sign-continue.ts';
export { decidableFindings, signerOf, signFinding, signMapping, signRunbook } from './sign-decisions.ts';
export type { AttestationRequest } from './sign-pre-checks.ts';
export type { SignedResult } from './sign-result.ts';
export type { Signer, Statement } from './statement.ts';
export type { Status } from './status.ts';
export type { StepOutcome } from './step-outcome.ts';
export type { SupportBrief } from './support-brief.ts';
export { readTrustFile, trustOf, trustPath, writeTrustRoot } from './trust-file.ts';
export { lastEntries, verifyOwnLedger } from './verify-own-ledger.ts';
export { version } from './version.ts';
export { acceptWitness, offerLedger, witnessOffer } from './witness-ledger.ts';
export { verifyBundleFile, writeBundle } from './write-bundle.ts';

export const writeRequest: typeof import('./ask-decision.ts').writeRequest = async (...given) =>
  (await import('./ask-decision.ts')).writeRequest(...given);
export const answerRequest: typeof import('./answer-request.ts').answerRequest = async (...given) =>
  (await import('./answer-request.ts')).answerRequest(...given);
export const assessRisk: typeof import('./assess-risk.ts').assessRisk = async (...given) =>
  (await import('./assess-risk.ts')).assessRisk(...given);
export const auditLive: typeof import('./audit-live.ts').auditLive = async (...given) =>
  (await import('./audit-live.ts')).auditLive(...given);
export const checkMap: typeof import('./check-map.ts').checkMap = async (...given) =>
  (await import('./check-map.ts')).checkMap(...given);
export const checkSystems: typeof import('./check-systems.ts').checkSystems = async (...given) =>
  (await import('./check-systems.ts')).checkSystems(...given);
export const drillMonitoring: typeof import('./drill-monitoring.ts').drillMonitoring = async (...given) =>
  (await import('./drill-monitoring.ts')).drillMonitoring(...given);
export const drillRestore: typeof import('./drill-restore.ts').drillRestore = async (...given) =>
  (await import('./drill-restore.ts')).drillRestore(...given);
export const findNewId: typeof import('./find-new-id.ts').findNewId = async (...given) =>
  (await import('./find-new-id.ts')).findNewId(...given);
export const findOldKey: typeof import('./find-old-key.ts').findOldKey = async (...given) =>
  (await import('./find-old-key.ts')).findOldKey(...given);
export const importDecision: typeof import('./import-decision.ts').importDecision = async (...given) =>
  (await import('./import-decision.ts')).importDecision(...given);
export const initProject: typeof import('./init-project.ts').initProject = async (...given) =>
  (await import('./init-project.ts')).initProject(...given);
export const sketchMapping: typeof import('./init-project.ts').sketchMapping = async (...given) =>
  (await import('./init-project.ts')).sketchMapping(...given);
export const inspectSystems: typeof import('./inspect-systems.ts').inspectSystems = async (...given) =>
  (await import('./inspect-systems.ts')).inspectSystems(...given);
export const judgeLive: typeof import('./live-world.ts').judgeLive = async (...given) =>
  (await import('./live-world.ts')).judgeLive(...given);
export const noteBackup: typeof import('./note-backup.ts').noteBackup = async (...given) =>
  (await import('./note-backup.ts')).noteBackup(...given);
export const planRun: typeof import('./plan-run.ts').planRun = async (...given) =>
  (await import('./plan-run.ts')).planRun(...given);
export const profileSource: typeof import('./profile-source.ts').profileSource = async (...given) =>
  (await import('./profile-source.ts')).profileSource(...given);
export const listQuarantine: typeof import('./quarantine.ts').listQuarantine = async (...given) =>
  (await import('./quarantine.ts')).listQuarantine(...given);
export const replayQuarantined: typeof import('./quarantine.ts').replayQuarantined = async (...given) =>
  (await import('./quarantine.ts')).replayQuarantined(...given);
export const showQuarantined: typeof import('./quarantine.ts').showQuarantined = async (...given) =>
  (await import('./quarantine.ts')).showQuarantined(...given);
export const rehearse: typeof import('./rehearse.ts').rehearse = async (...given) =>
  (await import('./rehearse.ts')).rehearse(...given);
export const repairLive: typeof import('./repair-live.ts').repairLive = async (...given) =>
  (await import('./repair-live.ts')).repairLive(...given);
export const rollbackRun: typeof import('./rollback-run.ts').rollbackRun = async (...given) =>
  (await import('./rollback-run.ts')).rollbackRun(...given);
export const runMigration: typeof import('./run-migration.ts').runMigration = async (...given) =>
  (await import('./run-migration.ts')).runMigration(...given);
export const signContinue: typeof import('./sign-continue.ts').signContinue = async (...given) =>
  (await import('./sign-continue.ts')).signContinue(...given);
export const signCheck: typeof import('./sign-pre-checks.ts').signCheck = async (...given) =>
  (await import('./sign-pre-checks.ts')).signCheck(...given);
export const signSteps: typeof import('./sign-pre-checks.ts').signSteps = async (...given) =>
  (await import('./sign-pre-checks.ts')).signSteps(...given);
export const signResult: typeof import('./sign-result.ts').signResult = async (...given) =>
  (await import('./sign-result.ts')).signResult(...given);
export const statusOf: typeof import('./status.ts').statusOf = async (...given) =>
  (await import('./status.ts')).statusOf(...given);
export const writeReport: typeof import('./write-report.ts').writeReport = async (...given) =>
  (await import('./write-report.ts')).writeReport(...given);
export const eraseBody: typeof import('./ledger-notes.ts').eraseBody = async (...given) =>
  (await import('./ledger-notes.ts')).eraseBody(...given);
export const noteInLedger: typeof import('./ledger-notes.ts').noteInLedger = async (...given) =>
  (await import('./ledger-notes.ts')).noteInLedger(...given);
export const readNote: typeof import('./ledger-notes.ts').readNote = async (...given) =>
  (await import('./ledger-notes.ts')).readNote(...given);
export const writeSupportBrief: typeof import('./support-brief.ts').writeSupportBrief = async (...given) =>
  (await import('./support-brief.ts')).writeSupportBrief(...given);
export const writeComplianceTable: typeof import('./compliance-table.ts').writeComplianceTable = async (
  ...given
) => (await import('./compliance-table.ts')).writeComplianceTable(...given);
export const workAlong: typeof import('./work-along.ts').workAlong = async (...given) =>
  (await import('./work-along.ts')).workAlong(...given);
