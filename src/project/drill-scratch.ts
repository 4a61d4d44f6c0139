import { existsSync, readFileSync, rmSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { OpenSystem } from '../connectors/index.ts';
import { type Fingerprint, fingerprintText } from '../model/index.ts';
import {
  MariadbScratch,
  PostgresScratch,
  ProgramRunner,
  type Scratch,
  SqliteScratch,
  scratchIsLive,
  scratchNotEmpty,
} from '../rehearsal/index.ts';
import type { RestoreDrillSettings } from './drill-settings.ts';
import { environmentForPrograms } from './environment.ts';
import type { Project } from './project.ts';
import type { SystemSettings } from './settings.ts';
import { writeWholeFile } from './write-whole-file.ts';

/**
 * The scratch system of a restore drill, from `godwit.yaml`. A mark in `.godwit/` stands as long as something of a drill may
 * be in it, so that what a killed drill left is known for its own and dropped by the next one.
 */
export class DrillScratch {
  readonly scratch: Scratch;
  readonly runner: ProgramRunner;
  readonly settings: SystemSettings;
  readonly #project: Project;
  readonly #mark: string;

  constructor(project: Project, { scratch, programs, of }: RestoreDrillSettings<SystemSettings>) {
    const original = project.settings.systems[of];
    // A backup brings its own schema along.
    const schema = original.kind === 'postgres' ? original.schema : 'public';
    this.settings = scratch.kind === 'postgres' ? { ...scratch, schema } : scratch;
    this.#project = project;
    this.#mark = project.statePath('scratch.json');
    this.runner = new ProgramRunner({
      programs: programs === null ? null : pathIn(project, programs),
      environment: environmentForPrograms(project.environment),
      folder: project.folder.root,
      output: project.statePath('drill-output.txt'),
      signal: project.signal,
    });
    this.scratch = scratchOf(project, this.settings, this.runner);
  }

  open(): Promise<OpenSystem> {
    return this.#project.scratch(this.settings);
  }

  /** Empty, made anew, and none of the two live systems. Throws `drill.scratch-is-live`, `drill.scratch-not-empty`. */
  async make(): Promise<void> {
    const objects = await this.scratch.objects();
    if (objects !== null) await this.#refuseLive();
    if (objects !== null && objects > 0 && !this.#isOurs())
      throw scratchNotEmpty(this.scratch.title, objects);
    writeWholeFile(this.#mark, `${JSON.stringify({ scratch: this.scratch.title })}\n`, 0o600);
    await this.scratch.drop();
    await this.scratch.create();
  }

  async drop(): Promise<void> {
    await this.scratch.drop();
    rmSync(this.#mark, { force: true });
  }

  /** It stays, and is somebody's from now on. */
  keep(): void {
    rmSync(this.#mark, { force: true });
  }

  #isOurs(): boolean {
    if (!existsSync(this.#mark)) return false;
    const { scratch } = JSON.parse(readFileSync(this.#mark, 'utf8')) as { readonly scratch?: string };
    return scratch === this.scratch.title;
  }

  async #refuseLive(): Promise<void> {
    await using opened = await this.open();
    const own = await opened.fingerprint();
    for (const role of ['source', 'target'] as const) {
      const live = role === 'source' ? await this.#project.source() : await this.#project.targetToRead();
      if (sameDatabase(own, await live.fingerprint())) throw scratchIsLive(fingerprintText(own), role);
    }
  }
}

/**
 * Another schema of a live database is not another system here: a backup may name its schemas. Nor is the same database of a
 * physical clone, or under another name of the host.
 */
function sameDatabase(a: Fingerprint, b: Fingerprint): boolean {
  if (a.kind !== b.kind || a.database !== b.database) return false;
  return a.server === b.server || a.address === b.address;
}

function scratchOf(project: Project, settings: SystemSettings, runner: ProgramRunner): Scratch {
  if (settings.kind === 'sqlite') return new SqliteScratch(pathIn(project, settings.path));
  if (settings.kind !== 'postgres' && settings.kind !== 'mysql')
    throw new RangeError(`${settings.kind} is no scratch system`);
  const { tls } = settings;
  const caFile = typeof tls === 'string' ? null : pathIn(project, tls.ca);
  return settings.kind === 'postgres'
    ? new PostgresScratch(project.opener.postgresAddress(settings), runner, caFile)
    : new MariadbScratch(project.opener.mysqlAddress(settings), runner, caFile);
}

export function pathIn({ folder }: Project, path: string): string {
  return isAbsolute(path) ? path : join(folder.root, path);
}
