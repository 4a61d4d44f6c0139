import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { mappingJsonSchema, skeletonMapping } from '../mapping/index.ts';
import { GodwitError, isGodwitError } from '../model/index.ts';
import { inspectSystems } from './inspect-systems.ts';
import { openProject, type ProjectOptions } from './project.ts';
import { projectFolder } from './project-folder.ts';
import { readLocator } from './read-locator.ts';
import { settingsText } from './settings-text.ts';
import { writeWholeFile } from './write-whole-file.ts';

export interface InitOptions {
  readonly folder: string;
  readonly source: string;
  readonly target: string;
  /** Name of the migration; the folder's name unless told. */
  readonly name?: string;
}

export interface InitResult {
  readonly written: readonly string[];
  /** Why no mapping was sketched: a system could not be opened yet; null when it was. */
  readonly unsketched: GodwitError | null;
}

/**
 * `godwit init`: a commented `godwit.yaml`, and a sketch of the mapping from both schemas. Never overwrites: an existing
 * `godwit.yaml` is refused, an existing mapping is left alone.
 */
export async function initProject(
  options: InitOptions,
  projectOptions: ProjectOptions = {},
): Promise<InitResult> {
  const folder = projectFolder(options.folder);
  if (existsSync(folder.settings)) throw alreadyThere(folder.settings);
  const source = readLocator(options.source, 'source');
  const target = readLocator(options.target, 'target');
  mkdirSync(folder.root, { recursive: true });
  const name = options.name ?? basename(resolve(options.folder));
  writeWholeFile(folder.settings, settingsText(name, source, target));
  const written = [folder.settings];
  const ignore = join(folder.root, '.gitignore');
  if (!existsSync(ignore)) {
    writeWholeFile(ignore, '# Journal, ledger and sealed data of this machine.\n.godwit/\n*.key\n');
    written.push(ignore);
  }
  try {
    return {
      written: [...written, ...(await sketchMapping(options.folder, projectOptions))],
      unsketched: null,
    };
  } catch (error) {
    if (!isGodwitError(error)) throw error;
    return { written, unsketched: error };
  }
}

/** Inspects both systems and writes one skeleton for each target relation; existing files stay as they are. */
export async function sketchMapping(start: string, options: ProjectOptions = {}): Promise<readonly string[]> {
  await using project = await openProject(start, options);
  const { source, target, files } = await inspectSystems(project);
  const { mapping } = project.folder;
  const written = [...files];
  const write = (path: string, text: string): void => {
    if (existsSync(path)) return;
    writeWholeFile(path, text);
    written.push(path);
  };
  write(join(mapping, 'godwit.schema.json'), `${JSON.stringify(mappingJsonSchema(), null, 2)}\n`);
  if (readdirSync(mapping).some((name) => name.endsWith('.yaml'))) return written;
  for (const { name, text } of skeletonMapping(source, target)) write(join(mapping, basename(name)), text);
  return written;
}

function alreadyThere(path: string): GodwitError {
  return new GodwitError({
    code: 'project.exists',
    title: 'There is a project here already',
    detail: path,
    nextStep: 'Go on with `godwit status`, or make the new project in another folder.',
    fate: 'never',
    where: { file: path },
  });
}
