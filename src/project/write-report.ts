import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemNotary } from '../host/index.ts';
import { explainMapping } from '../mapping/index.ts';
import type { Finding } from '../model/index.ts';
import {
  assessmentSection,
  auditSection,
  closingSection,
  type Document,
  findingsSection,
  ledgerSection,
  mappingSection,
  profileSection,
  quarantineSection,
  rehearsalSection,
  renderHtml,
  runbookSection,
  type Section,
  schemaSection,
  statusSection,
} from '../reports/index.ts';
import type { Assessment } from '../risk/index.ts';
import { readDecisions } from '../runbook/index.ts';
import { auditLive } from './audit-live.ts';
import { checkStructure } from './check-map.ts';
import { policyOf, readEnvelopes } from './decision-files.ts';
import { readFacts, readProfileFacts, readSchemaFacts } from './facts-files.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import type { Project } from './project.ts';
import { listQuarantine } from './quarantine.ts';
import type { RehearsalFacts } from './rehearsal-times.ts';
import { runName } from './run-name.ts';
import { statusOf } from './status.ts';
import { lastEntries } from './verify-own-ledger.ts';
import { writeWholeFile } from './write-whole-file.ts';

const ledgerEntriesShown = 200;

/** `godwit report`: everything in one HTML file; what does not exist yet is left out, not invented. */
export async function writeReport(
  project: Project,
): Promise<{ readonly file: string; readonly sections: readonly string[] }> {
  const sections = [
    ...knownSections(project),
    ...(existsSync(project.folder.runbook) ? await runSections(project) : []),
  ];
  const document: Document = {
    title: project.settings.project,
    subtitle: `What godwit knows at ${project.clock.now()}. Values of records are masked.`,
    sections: [...sections, ledgerSection(lastEntries(project, ledgerEntriesShown))],
  };
  const file = join(project.folder.reports, 'report.html');
  writeWholeFile(file, renderHtml(document));
  return { file, sections: document.sections.map(({ id }) => id) };
}

/** From the facts files: what was found out before anything moved. */
function knownSections(project: Project): readonly Section[] {
  const source = readSchemaFacts(project, 'source');
  const target = readSchemaFacts(project, 'target');
  const profile = readProfileFacts(project);
  const fit = readFacts(project, 'fit') as { readonly findings: readonly Finding[] } | null;
  const assessment = readFacts(project, 'assessment') as Assessment | null;
  return [
    ...(assessment ? [assessmentSection(assessment)] : []),
    ...(fit ? [findingsSection('Findings', fit.findings)] : []),
    ...(source ? [schemaSection('source', source)] : []),
    ...(target ? [schemaSection('target', target)] : []),
    ...(profile ? [profileSection(profile)] : []),
  ];
}

/** From the runbook and the live systems: what was agreed, what was done, and whether it holds. */
async function runSections(project: Project): Promise<readonly Section[]> {
  const runbook = readPlannedRunbook(project);
  const status = await statusOf(project);
  const move = await checkStructure(project);
  const book = mappingSection(explainMapping(move.loaded.mapping, move.checked.transforms));
  const rehearsed = readFacts(project, 'rehearsal') as RehearsalFacts | null;
  const agreed = [
    book,
    runbookSection(runbook),
    ...(rehearsed ? [rehearsalSection(rehearsed)] : []),
    statusSection(status),
  ];
  if (status.steps.length === 0) return agreed;
  const { report, differences } = await auditLive(project, () => undefined);
  const entries = await listQuarantine(project);
  const closing = closingSection({
    numbers: status.numbers,
    differences,
    quarantined: entries.filter(({ state }) => state === 'open').length,
    signedBy: signersOfResult(project, runName(runbook)),
  });
  return [...agreed, quarantineSection(entries), auditSection(report, null), closing];
}

/** Owners whose signature over the result of this run holds. */
function signersOfResult(project: Project, run: string): readonly string[] {
  const { decisions } = readDecisions(readEnvelopes(project), policyOf(project), systemNotary.verify);
  const signed = decisions.flatMap(({ body, person }) =>
    'acceptedBy' in body && body.run === run ? [person.name] : [],
  );
  return [...new Set(signed)];
}
