import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { GodwitError } from '../model/index.ts';

/** Where things lie in the user's project folder. Everything outside `.godwit/` is meant for version control. */
export interface ProjectFolder {
  readonly root: string;
  readonly settings: string;
  readonly mapping: string;
  readonly facts: string;
  readonly reports: string;
  readonly runbook: string;
  readonly approvals: string;
  /** Journal, ledger, sealed working data. Never in version control. */
  readonly state: string;
}

const settingsName = 'godwit.yaml';

export function projectFolder(root: string): ProjectFolder {
  const inside = (name: string): string => join(resolve(root), name);
  return {
    root: resolve(root),
    settings: inside(settingsName),
    mapping: inside('mapping'),
    facts: inside('facts'),
    reports: inside('reports'),
    runbook: inside('runbook.yaml'),
    approvals: inside('approvals'),
    state: inside('.godwit'),
  };
}

/** The nearest folder at or above `start` with a `godwit.yaml`; throws `project.not-found`. */
export function findProjectFolder(start: string): ProjectFolder {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    if (existsSync(join(folder, settingsName))) return projectFolder(folder);
    if (dirname(folder) === folder) break;
  }
  throw new GodwitError({
    code: 'project.not-found',
    title: `There is no ${settingsName} here`,
    detail: `looked in ${resolve(start)} and every folder above it`,
    nextStep: 'Go to the project folder, name it with --project, or make one with `godwit init`.',
    fate: 'never',
  });
}
