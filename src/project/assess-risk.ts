import type { Finding } from '../model/index.ts';
import { type Assessment, assess } from '../risk/index.ts';
import { readFacts, readProfileFacts, readSchemaFacts, writeFacts } from './facts-files.ts';
import { inspectSystems } from './inspect-systems.ts';
import { loadMapping } from './load-mapping.ts';
import type { Project } from './project.ts';

/** `godwit assess`: the risk, from what was measured so far; what is not known counts as not known. */
export async function assessRisk(
  project: Project,
): Promise<{ readonly assessment: Assessment; readonly file: string }> {
  const source = readSchemaFacts(project, 'source') ?? (await inspectSystems(project)).source;
  const fit = readFacts(project, 'fit') as { readonly findings: readonly Finding[] } | null;
  const rehearsal = readFacts(project, 'rehearsal') as { readonly recordsPerSecond: number | null } | null;
  const assessment = assess({
    source,
    target: readSchemaFacts(project, 'target'),
    profile: readProfileFacts(project),
    mapping: loadMapping(project).mapping,
    findings: fit?.findings ?? [],
    limits: {
      downtimeAllowedMinutes: project.settings.downtime.allowed_minutes,
      recordsPerSecond: rehearsal?.recordsPerSecond ?? null,
      restoreMinutes: null,
      apis: [],
      regimes: [],
    },
    confirmed: [],
  });
  return { assessment, file: writeFacts(project, 'assessment', assessment) };
}
