import { constants } from 'node:fs';
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readlink,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { PostgresPackage } from './postgres-package.ts';
import { isRoot } from './server-account.ts';

/**
 * Answers with a folder whose programs the server's account can run. The package itself where that works; else a copy,
 * because a checkout may lie below a folder that only root may enter, or was installed without its install script (links
 * are missing then).
 *
 * Invariants: 1. a copy appears under its name only when it is whole (renamed into place). 2. a copy is used only when this
 * user owns every part of it, nobody else may write it, and each file has the package's size: what another local user
 * planted in the temporary folder is thrown away.
 */
export async function preparePrograms(found: PostgresPackage): Promise<string> {
  if (!isRoot() && (await hasItsLinks(found))) return found.folder;
  const place = join(tmpdir(), `godwit-postgres-${found.version}-${process.getuid?.() ?? 'user'}`);
  if (await isOurCopy(found, place)) return place;
  await rm(place, { recursive: true, force: true });
  const fresh = await mkdtemp(`${place}-`);
  await copyTree(found.folder, fresh);
  await makeLinks(found, fresh);
  return moveIntoPlace(found, fresh, place);
}

async function moveIntoPlace(found: PostgresPackage, fresh: string, place: string): Promise<string> {
  try {
    await rename(fresh, place);
    return place;
  } catch (error) {
    // Another test process was quicker: its copy serves as well as ours.
    if (!(await isOurCopy(found, place))) throw error;
    await rm(fresh, { recursive: true, force: true });
    return place;
  }
}

async function hasItsLinks(found: PostgresPackage): Promise<boolean> {
  const present = await Promise.all(
    found.links.map(({ target }) => kindOf(join(dirname(found.folder), target))),
  );
  return present.every((kind) => kind !== 'absent');
}

async function makeLinks(found: PostgresPackage, copy: string): Promise<void> {
  for (const { source, target } of found.links) {
    const at = join(copy, relative('native', target));
    if ((await kindOf(at)) === 'absent') await symlink(relative(dirname(target), source), at);
  }
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await copyProgram(source, target);
  }
}

async function copyProgram(source: string, target: string): Promise<void> {
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  const runnable = ((await lstat(source)).mode & 0o111) !== 0;
  await chmod(target, runnable ? 0o755 : 0o644);
}

async function isOurCopy(found: PostgresPackage, place: string): Promise<boolean> {
  if ((await kindOf(place)) !== 'folder') return false;
  const owner = process.getuid?.() ?? 0;
  const agrees = async (from: string, to: string): Promise<boolean> => {
    const [original, copy] = await Promise.all([lstat(from), lstat(to).catch(() => null)]);
    if (copy === null || copy.uid !== owner) return false;
    if (original.isSymbolicLink() !== copy.isSymbolicLink()) return false;
    if (copy.isSymbolicLink()) return (await readlink(from)) === (await readlink(to));
    if ((copy.mode & 0o022) !== 0 || original.isDirectory() !== copy.isDirectory()) return false;
    if (!copy.isDirectory()) return copy.size === original.size;
    const names = await readdir(from);
    const parts = await Promise.all(names.map((name) => agrees(join(from, name), join(to, name))));
    return parts.every(Boolean);
  };
  return agrees(found.folder, place);
}

async function kindOf(path: string): Promise<'absent' | 'folder' | 'other'> {
  try {
    return (await lstat(path)).isDirectory() ? 'folder' : 'other';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'absent';
    throw error;
  }
}
