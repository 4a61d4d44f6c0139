import { existsSync, readFileSync } from 'node:fs';
import { GodwitError, type Runbook } from '../model/index.ts';
import { parseRunbook } from '../runbook/index.ts';
import type { Project } from './project.ts';

/** The runbook in `runbook.yaml`. Throws `plan.missing`, `runbook.unreadable`. */
export function readPlannedRunbook(project: Project): Runbook {
  const { runbook } = project.folder;
  if (existsSync(runbook)) return parseRunbook(readFileSync(runbook, 'utf8'));
  throw new GodwitError({
    code: 'plan.missing',
    title: 'There is no runbook yet',
    detail: runbook,
    nextStep: 'Make one with `godwit plan`.',
    fate: 'never',
    where: { file: runbook },
  });
}
