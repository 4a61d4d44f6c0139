import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { GodwitError, type Runbook } from '../model/index.ts';
import { parseRunbook, renderRunbook } from '../runbook/index.ts';
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
  if (!existsSync(file)) writeWholeFile(file, renderRunbook(runbook));
}

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
  throw new GodwitError({
    code: 'project.run-unknown',
    title: `There is no run ${run} here`,
    detail: kept.length > 0 ? `begun here: ${kept.join(', ')}` : 'nothing was run from this project folder',
    nextStep: 'Give the name of a run as `godwit status` prints it.',
    fate: 'never',
  });
}

const folderOf = (project: Project): string => project.statePath('runbooks');
