/** What people read: documents, as text and as one HTML file that opens without a network. */

export { answerOf, type RunStanding, type Standing } from './answer.ts';
export { type AuditReport, maskAudit } from './audit-report.ts';
export { chapterOf } from './chapter-of.ts';
export {
  type Block,
  type Cell,
  type Chapter,
  counted,
  type Document,
  groupDigits,
  type ListItem,
  type Section,
  type Tone,
  type Verdict,
} from './document.ts';
export { seconds } from './duration-text.ts';
export type { IdAnswer, IdMatch, IdState } from './id-answer.ts';
export { renderHtml } from './render-html.ts';
export { renderSectionText, renderText } from './render-text.ts';
export { assessmentSection } from './sections/assessment-section.ts';
export { auditSection, type ShowValue } from './sections/audit-section.ts';
export { checksSection } from './sections/checks-section.ts';
export { type ClosingReport, closingSection } from './sections/closing-section.ts';
export { type ControlEvidence, complianceSection, controlEvidence } from './sections/compliance-section.ts';
export { type AcceptedFinding, findingsSection } from './sections/findings-section.ts';
export { idSection } from './sections/id-section.ts';
export { ledgerSection } from './sections/ledger-section.ts';
export { mappingSection } from './sections/mapping-section.ts';
export { profileSection } from './sections/profile-section.ts';
export { keptEntrySection, quarantineSection } from './sections/quarantine-section.ts';
export { type RehearsalReportFacts, rehearsalSection } from './sections/rehearsal-section.ts';
export { restoreDrillSection } from './sections/restore-drill-section.ts';
export { rollbackDrillSection } from './sections/rollback-drill-section.ts';
export { rollbackSection } from './sections/rollback-section.ts';
export { type RunReport, type RunReportStep, runSection } from './sections/run-section.ts';
export { runbookSection } from './sections/runbook-section.ts';
export { type SampledRelationReport, sampleSection } from './sections/sample-section.ts';
export { schemaSection } from './sections/schema-section.ts';
export { statementSection } from './sections/statement-section.ts';
export { type StatusReport, statusSection } from './sections/status-section.ts';
export { supportSection } from './sections/support-section.ts';
export { visibleLine, visibleText } from './visible-text.ts';
export { minuteText, waitedText, waitText } from './wait-text.ts';
