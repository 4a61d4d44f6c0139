import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemNotary } from '../host/index.ts';
import { canonicalJson } from '../ledger/index.ts';
import type { Runbook } from '../model/index.ts';
import type { CheckedMove } from './check-map.ts';
import type { Project } from './project.ts';
import { newestRehearsal } from './rehearsal-evidence.ts';
import { newestRestoreDrill } from './restore-evidence.ts';

/**
 * Digests of what a plan rests on. Schemas and findings: of their canonical form (RFC 8785). A path in `facts/`: of the file's
 * bytes, as `sha256sum` says it. Rehearsal and drills: the id of their signed evidence in `evidence/`. What is not there is not
 * listed; a rehearsal of another mapping is not there.
 */
export function plannedEvidence(project: Project, move: CheckedMove): Runbook['evidence'] {
  const digest = (content: unknown): string => systemNotary.digest(canonicalJson(content));
  const rehearsal = newestRehearsal(project);
  const ours = rehearsal?.mapping === move.loaded.digest ? rehearsal : null;
  return [
    { name: 'schema.source', digest: digest(move.source) },
    { name: 'schema.target', digest: digest(move.target) },
    { name: 'findings', digest: digest(move.findings) },
    ...factsFile(project, 'profile.source'),
    ...factsFile(project, 'assessment'),
    ...kept('rehearsal', ours?.id),
    ...kept('rollback-drill', ours?.wayBack === true ? ours.id : undefined),
    ...kept('restore-drill', newestRestoreDrill(project)?.evidence),
  ];
}

function factsFile(project: Project, name: string): Runbook['evidence'] {
  const path = join(project.folder.facts, `${name}.yaml`);
  if (!existsSync(path)) return [];
  return [{ name: `facts/${name}.yaml`, digest: systemNotary.digest(readFileSync(path)) }];
}

function kept(name: string, digest: string | undefined): Runbook['evidence'] {
  return digest === undefined ? [] : [{ name, digest }];
}
