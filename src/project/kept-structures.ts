import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Schema } from '../model/index.ts';
import { structureChanges } from '../runbook/index.ts';
import type { Project } from './project.ts';
import { writeWholeFile } from './write-whole-file.ts';

/** The mapped relations of one system as they were when a runbook was made, filed under their `structureDigest`. */
export function keepStructure(
  project: Project,
  digest: string,
  schema: Schema,
  relations: readonly string[],
): void {
  const kept = {
    ...schema,
    relations: schema.relations.filter(({ name }) => relations.includes(name)),
    objects: schema.objects.filter(({ relation }) => relation !== null && relations.includes(relation)),
  };
  mkdirSync(project.statePath('structures'), { recursive: true });
  writeWholeFile(fileOf(project, digest), `${JSON.stringify(kept)}\n`);
}

/** What is not as it was under that digest, in words; empty also where nothing was kept, or is readable. */
export function changesSince(
  project: Project,
  digest: string,
  now: Schema,
  relations: readonly string[],
): readonly string[] {
  const file = fileOf(project, digest);
  if (!existsSync(file)) return [];
  try {
    return structureChanges(JSON.parse(readFileSync(file, 'utf8')) as Schema, now, relations);
  } catch {
    // It only explains a refusal that stands without it.
    return [];
  }
}

function fileOf(project: Project, digest: string): string {
  return join(project.statePath('structures'), `${digest.replaceAll(/[^0-9a-z]/g, '-')}.json`);
}
