import { join } from 'node:path';
import { explainMapping } from '../mapping/index.ts';
import { type Finding, findingId } from '../model/index.ts';
import {
  type AcceptedFinding,
  answerOf,
  assessmentSection,
  auditSection,
  type Chapter,
  chapterOf,
  closingSection,
  complianceSection,
  controlEvidence,
  counted,
  type Document,
  findingsSection,
  ledgerSection,
  mappingSection,
  minuteText,
  profileSection,
  quarantineSection,
  type RunStanding,
  rehearsalSection,
  renderHtml,
  restoreDrillSection,
  runbookSection,
  schemaSection,
  statusSection,
} from '../reports/index.ts';
import type { Assessment } from '../risk/index.ts';
import { acceptedFindings } from './accepted-findings.ts';
import { auditLive } from './audit-live.ts';
import { checkStructure } from './check-map.ts';
import { signersOfResult } from './ended-run.ts';
import { readFacts, readProfileFacts, readSchemaFacts } from './facts-files.ts';
import type { Project } from './project.ts';
import { listQuarantine } from './quarantine.ts';
import type { RehearsalFacts } from './rehearsal-times.ts';
import { newestRestoreDrill } from './restore-evidence.ts';
import { type Status, statusOf } from './status.ts';
import { supportBriefOf } from './support-brief.ts';
import { systemText } from './system-text.ts';
import { lastEntries, verifyOwnLedger } from './verify-own-ledger.ts';
import { writeWholeFile } from './write-whole-file.ts';

const ledgerEntriesShown = 200;

/** `godwit report`: everything in one HTML file, the answer first; what does not exist yet is left out, not invented. */
export async function writeReport(
  project: Project,
): Promise<{ readonly file: string; readonly sections: readonly string[] }> {
  const status = await statusOf(project);
  const accepted = status.runbook
    ? acceptedFindings(project, status.runbook)
    : new Map<string, AcceptedFinding>();
  const moved = status.runbook && status.steps.length > 0 ? await movedChapters(project, status) : null;
  const chapters = [
    ...knownChapters(project, accepted),
    ...(status.runbook ? await agreedChapters(project, status, moved !== null) : []),
    ...(moved?.chapters ?? []),
    await ledgerChapter(project),
  ];
  const { source, target } = project.settings.systems;
  const document: Document = {
    title: project.settings.project,
    subtitle: `from ${systemText(source)} to ${systemText(target)}, as of ${minuteText(project.clock.now())}. Values of records are masked.`,
    answer: answerOf({
      next: status.next,
      blocking: blockingFindings(project, accepted),
      planned: status.runbook !== null,
      refusals: status.verdict?.refusals.length ?? 0,
      run: moved?.standing ?? null,
      rowsSource: recordsKnown(project),
      riskScore: (readFacts(project, 'assessment') as Assessment | null)?.score ?? null,
    }),
    chapters,
  };
  const file = join(project.folder.reports, 'report.html');
  writeWholeFile(file, renderHtml(document));
  return { file, sections: chapters.flatMap(({ sections }) => sections.map(({ id }) => id)) };
}

/** From the facts files: what was found out before anything moved. */
function knownChapters(project: Project, accepted: ReadonlyMap<string, AcceptedFinding>): readonly Chapter[] {
  const source = readSchemaFacts(project, 'source');
  const target = readSchemaFacts(project, 'target');
  const profile = readProfileFacts(project);
  const findings = readFindings(project);
  const assessment = readFacts(project, 'assessment') as Assessment | null;
  return [
    chapterOf('assessment', 'Assessment', [
      ...(assessment ? [assessmentSection(assessment)] : []),
      ...(findings ? [findingsSection('Findings', findings, accepted)] : []),
    ]),
    chapterOf('systems', 'Systems and data', [
      ...(profile ? [profileSection(profile)] : []),
      ...(source ? [schemaSection('source', source)] : []),
      ...(target ? [schemaSection('target', target)] : []),
    ]),
  ].filter(({ sections }) => sections.length > 0);
}

/** What was agreed. Where the run stands is a chapter of its own once there is a run. */
async function agreedChapters(project: Project, status: Status, begun: boolean): Promise<readonly Chapter[]> {
  const move = await checkStructure(project);
  const rows = explainMapping(move.loaded.mapping, move.checked.transforms);
  const mapped = rows.filter(({ kind }) => kind === 'field').length;
  const behind = rows.filter(({ kind }) => kind === 'left-behind').length;
  const rehearsed = readFacts(project, 'rehearsal') as RehearsalFacts | null;
  const { runbook } = status;
  const drilled = newestRestoreDrill(project);
  return [
    chapterOf(
      'mapping-book',
      'Mapping book',
      [mappingSection(rows, project.settings.responsibility), supportBriefOf(move).section],
      {
        tone: 'plain',
        text: `${counted(move.loaded.mapping.objects.length, 'object')}, ${counted(mapped, 'field')}; ${counted(behind, 'field or relation', 'fields and relations')} left behind on purpose`,
      },
    ),
    chapterOf(
      'plan',
      'Plan and rehearsal',
      [
        ...(begun ? [] : [statusSection(status)]),
        ...(runbook ? [runbookSection(runbook)] : []),
        ...(rehearsed ? [rehearsalSection(rehearsed)] : []),
        ...(drilled ? [restoreDrillSection(drilled)] : []),
      ],
      rehearsed ? rehearsalSection(rehearsed).verdict : { tone: 'warn', text: 'not rehearsed yet' },
    ),
  ];
}

interface Moved {
  readonly chapters: readonly Chapter[];
  readonly standing: RunStanding;
}

/** What was done, from the live systems, and whether it holds. Only a run that came to its end can be audited. */
async function movedChapters(project: Project, status: Status): Promise<Moved> {
  const entries = await listQuarantine(project);
  const quarantined = entries.filter(({ state }) => state === 'open').length;
  const signedBy = status.run === null ? [] : signersOfResult(project, status.run);
  const state = stateOf(status);
  const run = chapterOf('run', 'Run', [statusSection(status), quarantineSection(entries)]);
  const common = { state, heldAt: heldAt(status), numbers: status.numbers, quarantined, signedBy };
  if (state !== 'done') return { chapters: [run], standing: { ...common, differences: null } };
  const { report, differences } = await auditLive(project, () => undefined);
  const closing = closingSection({
    numbers: status.numbers,
    differences,
    quarantined,
    signedBy,
    unreviewed: status.glasses.flatMap(({ open, told }) => (open ? [told] : [])),
  });
  return {
    chapters: [
      run,
      chapterOf('audited', 'Audit', [auditSection(report, null)]),
      chapterOf('closed', 'Closing', [closing]),
    ],
    standing: { ...common, differences },
  };
}

function stateOf({ runbook, steps, undoing, undone }: Status): RunStanding['state'] {
  if (undone) return 'undone';
  if (undoing) return 'undoing';
  const states = new Map(steps.map(({ step }) => [step.step, step.state]));
  const held = ['paused', 'failed', 'stopped'];
  if ([...states.values()].some((state) => held.includes(state))) return 'held';
  const moving =
    runbook?.steps.filter(({ action }) => action.kind === 'copy' || action.kind === 'link') ?? [];
  return moving.every(({ id }) => states.get(id) === 'done') ? 'done' : 'under-way';
}

function heldAt({ steps }: Status): string | null {
  const held = steps.find(
    ({ step }) => step.state === 'paused' || step.state === 'failed' || step.state === 'stopped',
  );
  return held?.step.step ?? null;
}

async function ledgerChapter(project: Project): Promise<Chapter> {
  const section = ledgerSection(lastEntries(project, ledgerEntriesShown));
  const compliance = complianceSection(controlEvidence(project.ledger().entries()));
  const { intact, entries, problems } = await verifyOwnLedger(project);
  return chapterOf(
    'history',
    'Ledger',
    [section, compliance],
    intact
      ? {
          tone: 'good',
          text: `intact: ${counted(entries, 'entry', 'entries')}, each tied to the one before it`,
        }
      : { tone: 'bad', text: `not intact: ${counted(problems.length, 'problem')}` },
  );
}

function readFindings(project: Project): readonly Finding[] | null {
  return (readFacts(project, 'fit') as { readonly findings: readonly Finding[] } | null)?.findings ?? null;
}

function blockingFindings(project: Project, accepted: ReadonlyMap<string, AcceptedFinding>): number | null {
  const findings = readFindings(project);
  if (findings === null) return null;
  return findings.filter((one) => one.severity === 'block' && !accepted.has(findingId(one))).length;
}

function recordsKnown(project: Project): string | null {
  const profile = readProfileFacts(project);
  return profile && String(profile.relations.reduce((sum, { rows }) => sum + BigInt(rows), 0n));
}
