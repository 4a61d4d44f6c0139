import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../host/index.ts';
import { GodwitError, type Runbook } from '../model/index.ts';
import { parseRunbook, policyText, runbookFile } from '../runbook/index.ts';
import { agreedPolicyFile } from './agreed-policy.ts';
import { policyOf } from './decision-files.ts';
import type { Project } from './project.ts';
import { runName } from './run-name.ts';
import { writeWholeFile } from './write-whole-file.ts';

/**
 * The runbook of every run, as it was when the run began: `runbook.yaml` is written anew by the next plan, and what a run wrote
 * has to be taken back by the runbook under which it was written.
 */
export function keepRunbook(project: Project, runbook: Runbook): void {
  mkdirSync(folderOf(project), { recursive: true });
  const file = join(folderOf(project), `${runName(runbook)}.yaml`);
  if (!existsSync(file)) writeWholeFile(file, runbookFile(runbook));
  if (digestOf(policyText(policyOf(project))) === runbook.policyDigest)
    writeWholeFile(policyFile(project, runbook), policyText(policyOf(project)));
}

/**
 * The people section under which a runbook was agreed: as it was kept when the run began or when it was agreed, or that of today
 * where it still is the same. Throws `project.no-people`.
 */
export function keptPolicy(project: Project, runbook: Runbook): string {
  const files = [policyFile(project, runbook), agreedPolicyFile(project, runbook.policyDigest)];
  const kept = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
  const found = [...kept, policyText(policyOf(project))].find(
    (text) => digestOf(text) === runbook.policyDigest,
  );
  if (found !== undefined) return found;
  throw new GodwitError({
    code: 'project.no-people',
    title: 'The people who agreed to this run are not known any more',
    detail: `${runName(runbook)}: the people section of godwit.yaml was another one then, and none was kept`,
    nextStep:
      'Put the people section back as it was, for example from version control, for this one command.',
    fate: 'never',
  });
}

const policyFile = (project: Project, runbook: Runbook): string =>
  join(folderOf(project), `${runName(runbook)}.people.json`);

/** Names of the runs that were begun here, the oldest first. */
export function keptRuns(project: Project): readonly string[] {
  const folder = folderOf(project);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^run_[0-9a-f]+\.yaml$/.test(name))
    .map((name) => ({ run: name.slice(0, -5), at: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => a.at - b.at)
    .map(({ run }) => run);
}

/** Throws `project.run-unknown`, `runbook.unreadable`. */
export function keptRunbook(project: Project, run: string): Runbook {
  const kept = keptRuns(project);
  if (kept.includes(run)) return parseRunbook(readFileSync(join(folderOf(project), `${run}.yaml`), 'utf8'));
  throw runUnknown(run, kept);
}

export function runUnknown(run: string, known: readonly string[]): GodwitError {
  return new GodwitError({
    code: 'project.run-unknown',
    title: `There is no run ${run} here`,
    detail: known.length > 0 ? `begun here: ${known.join(', ')}` : 'nothing was run from this project folder',
    nextStep: 'Give the name of a run as `godwit status` prints it.',
    fate: 'never',
  });
}

const folderOf = (project: Project): string => project.statePath('runbooks');
