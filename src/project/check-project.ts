import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { CheckResult } from '../connectors/index.ts';
import type { Schema } from '../model/index.ts';
import { counted } from '../reports/index.ts';
import type { Project } from './project.ts';
import type { SystemSettings } from './settings.ts';
import { version } from './version.ts';

const mebibyte = 1024 ** 2;
/** Records, their indexes, the log of the system, and what going back needs. */
const targetFactor = 3;
/** Journal, quarantine and what the profile puts aside take a fraction of the records, never less than this. */
const folderLeast = 256 * mebibyte;

/** What has to be right beside the two systems: the program, the room, the secrets, the people. */
export function checkProject(project: Project, source: Schema | null): readonly CheckResult[] {
  return [
    {
      name: 'version',
      outcome: 'ok',
      detail: `godwit ${version} on Node ${process.versions.node}`,
      fix: null,
    },
    writable(project.folder.root),
    ...roomChecks(project, source),
    passphraseCheck(project),
    peopleCheck(project),
  ];
}

function writable(root: string): CheckResult {
  const name = 'project folder';
  try {
    accessSync(root, constants.W_OK);
    return { name, outcome: 'ok', detail: 'it can be written', fix: null };
  } catch (error) {
    return {
      name,
      outcome: 'fail',
      detail: `it cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
      fix: `Let this user write to ${root}; every verb but the ones that only show keeps something there.`,
    };
  }
}

function roomChecks({ folder, settings }: Project, source: Schema | null): readonly CheckResult[] {
  const bytes = source?.relations.reduce((sum, relation) => sum + (relation.bytes ?? 0), 0) ?? 0;
  const place = placeOf(settings.systems.target, folder.root);
  return [
    roomOf('room for the records', place, bytes * targetFactor),
    roomOf('room in the project folder', folder.root, Math.max(folderLeast, bytes / 10)),
  ];
}

/** Where the target's bytes go, if that is a folder of this machine; null for a server. */
function placeOf(target: SystemSettings, root: string): string | null {
  if (target.kind === 'sqlite') return dirname(resolve(root, target.path));
  return target.kind === 'csv' || target.kind === 'jsonl' ? resolve(root, target.folder) : null;
}

/** A folder that is not there yet will be made where its nearest parent is. */
function existing(place: string): string {
  return existsSync(place) || dirname(place) === place ? place : existing(dirname(place));
}

/** @param place null where the free space cannot be seen from here */
export function roomOf(name: string, place: string | null, needed: number): CheckResult {
  const need = `about ${Math.max(1, Math.round(needed / mebibyte))} MiB are needed`;
  if (place === null) {
    const detail = `${need}; the server of the target does not tell its free space`;
    return needed < folderLeast
      ? { name, outcome: 'ok', detail, fix: null }
      : { name, outcome: 'warn', detail, fix: 'Look at the disk of its data folder before the run.' };
  }
  const { bavail, bsize } = statfsSync(existing(place));
  const free = bavail * bsize;
  const detail = `${need}, ${Math.round(free / mebibyte)} MiB are free`;
  return free >= needed
    ? { name, outcome: 'ok', detail, fix: null }
    : { name, outcome: 'fail', detail, fix: `Make room in ${place}, or put it on a larger disk.` };
}

function passphraseCheck({ environment, settings }: Project): CheckResult {
  const { passphrase_env: variable } = settings.protection;
  const name = 'passphrase';
  if (environment.secret(variable) !== null)
    return { name, outcome: 'ok', detail: `${variable} is set`, fix: null };
  return {
    name,
    outcome: 'warn',
    detail: `${variable} is not set; what is kept of records is encrypted under it`,
    fix: `Set it before the plan, for example: read -rs ${variable} && export ${variable}`,
  };
}

function peopleCheck({ settings }: Project): CheckResult {
  const { people, approvals } = settings;
  const roles = ['author', approvals.role, 'owner', 'operator'] as const;
  const missing = roles.filter(
    (role) => !people.some((one) => one.roles.includes(role) && one.keys.length > 0),
  );
  const name = 'people';
  if (missing.length === 0)
    return {
      name,
      outcome: 'ok',
      detail: `${counted(people.length, 'person', 'people')}, every role is filled`,
      fix: null,
    };
  return {
    name,
    outcome: 'warn',
    detail: `nobody with a key has the role ${[...new Set(missing)].join(', ')}`,
    fix: 'Make keys with `godwit keys new --name <person>`, and name the people in godwit.yaml.',
  };
}
