import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../host/index.ts';
import { Secret } from '../model/index.ts';
import { drillRestore, type RestoreDrillReport } from './drill-restore.ts';
import { openProject, type Project, type ProjectOptions } from './project.ts';

/** A project folder with nothing but settings: a drill needs no mapping and no plan. */
export class DrillWorld implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'godwit-drill-'));
  password = '';

  path(name: string): string {
    return join(this.folder, name);
  }

  /** @param system the lines of one system; both live ones are the same here unless a source is given */
  settle(systems: { readonly source: string; readonly target: string }, restore: string): void {
    writeFileSync(
      this.path('godwit.yaml'),
      `format: 1\nproject: drilled\nsystems:\n  source: ${systems.source}\n  target: ${systems.target}\ndrills:\n  restore: ${restore}\n`,
    );
  }

  edit(old: string, now: string): void {
    const before = readFileSync(this.path('godwit.yaml'), 'utf8');
    if (!before.includes(old)) throw new Error(`${old} does not stand in ${before}`);
    writeFileSync(this.path('godwit.yaml'), before.replace(old, now));
  }

  open(options: ProjectOptions = {}): Promise<Project> {
    const secrets: Readonly<Record<string, string>> = {
      GODWIT_PASSPHRASE: 'nothing is lost on the way',
      DRILL_PASSWORD: this.password,
    };
    const secret = (name: string): Secret | null => {
      const value = secrets[name] ?? '';
      return value === '' ? null : new Secret(value);
    };
    return openProject(this.folder, {
      environment: { secret, text: () => null },
      clock: systemClock,
      ...options,
    });
  }

  /** Opens the project, drills, and closes it. */
  async drill(
    options: ProjectOptions = {},
    onProgress?: (what: string) => void,
  ): Promise<RestoreDrillReport> {
    await using project = await this.open(options);
    return await drillRestore(project, { keep: false, onProgress: onProgress ?? ((): void => undefined) });
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What was looked at, by name. */
export function outcomes({ checks }: RestoreDrillReport): Record<string, string> {
  return Object.fromEntries(checks.map(({ name, outcome }) => [name, outcome]));
}
