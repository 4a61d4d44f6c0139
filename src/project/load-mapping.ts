import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../host/index.ts';
import { parseMapping, unreadableMapping } from '../mapping/index.ts';
import { GodwitError, type Mapping } from '../model/index.ts';
import { mappingDigest } from '../runbook/index.ts';
import type { Project } from './project.ts';
import { readTextFile } from './read-text-file.ts';

/** The mapping of a project and the digest by which it is signed: of its content, not of comments and line breaks. */
export interface LoadedMapping {
  readonly mapping: Mapping;
  readonly digest: string;
}

/** Reads `mapping/*.yaml`. Throws `mapping.unreadable` with every problem, `project.no-mapping` when there is none. */
export function loadMapping(project: Project): LoadedMapping {
  const { mapping: folder } = project.folder;
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /\.ya?ml$/.test(name)) : [];
  if (names.length === 0) throw noMapping(folder);
  const files = names.map((name) => ({
    name: `mapping/${name}`,
    text: readTextFile(join(folder, name), `mapping/${name}`),
  }));
  const { mapping, problems } = parseMapping(files);
  if (problems.length > 0) throw unreadableMapping(problems);
  return { mapping, digest: mappingDigest(mapping, digestOf) };
}

function noMapping(folder: string): GodwitError {
  return new GodwitError({
    code: 'project.no-mapping',
    title: 'There is no mapping yet',
    detail: `no .yaml file in ${folder}`,
    nextStep: 'Let godwit sketch one from both schemas with `godwit init --sketch`, then edit it.',
    fate: 'never',
    where: { file: folder },
  });
}
