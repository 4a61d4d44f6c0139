import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FieldType } from '../../model/index.ts';
import type { FileOptions } from './address.ts';
import { fromSystem, stateNewer } from './faults.ts';

/** The folder beside the files in which this shelf keeps its own affairs; it is never a relation. */
export const stateFolder = '.godwit-files';

/** What is known of a file because it was created here: its dialect and the types of its fields. */
export interface DescribedFile {
  readonly formatVersion: 1;
  readonly options: FileOptions;
  readonly fields: readonly DescribedField[];
}

export interface DescribedField {
  readonly name: string;
  readonly type: FieldType;
  readonly native: string;
  readonly nullable: boolean;
  readonly comment: string | null;
}

export async function readDescription(folder: string, relation: string): Promise<DescribedFile | null> {
  const path = descriptionPath(folder, relation);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw fromSystem(error, path);
  }
  const description = JSON.parse(text) as DescribedFile;
  if (description.formatVersion !== 1) throw stateNewer(path, String(description.formatVersion));
  return description;
}

/** Durable before it is visible: written beside, flushed, renamed. */
export async function writeDescription(
  folder: string,
  relation: string,
  description: DescribedFile,
): Promise<void> {
  const path = descriptionPath(folder, relation);
  try {
    await mkdir(join(folder, stateFolder), { recursive: true, mode: 0o700 });
    const file = await open(`${path}.new`, 'w', 0o600);
    await file.writeFile(`${JSON.stringify(description, null, 2)}\n`);
    await file.sync();
    await file.close();
    await rename(`${path}.new`, path);
  } catch (error) {
    throw fromSystem(error, path);
  }
}

export async function removeDescription(folder: string, relation: string): Promise<void> {
  await rm(descriptionPath(folder, relation), { force: true });
}

function descriptionPath(folder: string, relation: string): string {
  return join(folder, stateFolder, `${relation}.description.json`);
}
