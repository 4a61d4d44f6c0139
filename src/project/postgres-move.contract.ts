import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addPeople, agreedRunbook, ownerKey, passphrase } from '../../tests/docs/agreed-project.ts';
import type { MysqlAddress } from '../connectors/mysql/address.ts';
import type { OpenedSchema } from '../connectors/postgres/opened-schema.contract.ts';
import type { Environment } from './environment.ts';
import { initProject } from './init-project.ts';
import { openKey } from './make-key.ts';
import { type PlanResult, planRun } from './plan-run.ts';
import { openProject, type Project } from './project.ts';
import { decidableFindings, signerOf, signFinding, signMapping } from './sign-decisions.ts';

export const quiet = { onStep: (): void => undefined, onProgress: (): void => undefined };

/** A project between schemas of real servers, or databases of MySQL; its mapping is the sketch that everybody begins with. */
export class PostgresMove implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'godwit-move-'));
  readonly #environment: Environment;
  readonly #elsewhere: string[] = [];

  private constructor(from: Place, to: Place) {
    const secrets = new Map([['GODWIT_PASSPHRASE', passphrase]]);
    for (const [role, { address }] of [['SOURCE', from] as const, ['TARGET', to] as const])
      if (address.password !== null) secrets.set(`GODWIT_${role}_PASSWORD`, address.password);
    this.#environment = { secret: (name) => secrets.get(name) ?? null, text: () => null };
  }

  static async begin(from: Place, to: Place): Promise<PostgresMove> {
    const move = new PostgresMove(from, to);
    await initProject(
      { folder: move.#folder, source: locator(from), target: locator(to) },
      { environment: move.#environment },
    );
    addPeople(move.#folder);
    return move;
  }

  /** Changes the text of one mapping file. */
  map(name: string, old: string, now: string): void {
    this.#change(join('mapping', `${name}.yaml`), old, now);
  }

  /** Changes the text of `godwit.yaml`. */
  set(old: string, now: string): void {
    this.#change('godwit.yaml', old, now);
  }

  #change(name: string, old: string, now: string): void {
    const file = join(this.#folder, name);
    const text = readFileSync(file, 'utf8');
    if (!text.includes(old)) throw new RangeError(`${name} has no ${old}`);
    writeFileSync(file, text.replace(old, now));
  }

  /** Changes `godwit.yaml`: a pattern by its replacement. */
  settle(pattern: RegExp, text: string): void {
    const file = join(this.#folder, 'godwit.yaml');
    const before = readFileSync(file, 'utf8');
    if (!pattern.test(before)) throw new RangeError(`godwit.yaml has no ${pattern.source}`);
    writeFileSync(file, before.replace(pattern, text));
  }

  /** The same project on another machine: the same files, and nothing of what this one keeps for itself. */
  async openElsewhere(signal: AbortSignal): Promise<Project> {
    const folder = mkdtempSync(join(tmpdir(), 'godwit-elsewhere-'));
    this.#elsewhere.push(folder);
    cpSync(this.#folder, folder, { recursive: true, filter: (path) => !path.endsWith('.godwit') });
    return await openProject(folder, { environment: this.#environment, signal });
  }

  open(): Promise<Project> {
    return openProject(this.#folder, { environment: this.#environment });
  }

  /** Plans, and signs whatever somebody can sign: the mapping, findings, the runbook. */
  async agree(project: Project): Promise<PlanResult> {
    await signMapping(project, signerOf(project, openKey(join(this.#folder, 'ada.key'), passphrase)));
    await planRun(project, () => undefined).catch(() => undefined);
    const owner = signerOf(project, ownerKey(this.#folder));
    for (const finding of decidableFindings(project))
      await signFinding(project, owner, { finding, reason: 'as agreed', validDays: 1 });
    const planned = await planRun(project, () => undefined);
    await agreedRunbook(project);
    return planned;
  }

  [Symbol.dispose](): void {
    for (const folder of [this.#folder, ...this.#elsewhere]) rmSync(folder, { recursive: true, force: true });
  }
}

type Place = OpenedSchema | { readonly address: MysqlAddress };

function locator({ address }: Place): string {
  const { host, port, database, user } = address;
  const at = `${user}@${encodeURIComponent(host)}:${port}/${database}`;
  if (!('schema' in address)) return `mysql://${at}?tls=off`;
  const query = new URLSearchParams({ schema: address.schema, tls: 'off' });
  return `postgres://${at}?${query.toString()}`;
}
