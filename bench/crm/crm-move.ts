import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { builtGodwit } from './built-godwit.ts';
import type { CrmDatabase } from './crm-servers.ts';
import { settleDisk } from './settle-disk.ts';

/** What one verb took, measured over the whole of its process. */
export interface MeasuredVerb {
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly peakMiB: number;
  readonly told: readonly ToldLine[];
}

/** A line it printed, with the second after its start at which it came and the peak of its memory until then. */
export interface ToldLine {
  readonly atSeconds: number;
  readonly peakMiB: number;
  readonly line: string;
}

/** A folder of CSV files, an SQLite file or a MySQL database, as `godwit.yaml` says it. */
export interface FileSystem {
  readonly lines: string;
  /** Where it wants one. */
  readonly password?: string;
}

/** A project that moves the CRM from one database, or from files, to another; every verb runs as a user runs it, in a process of its own. */
export class CrmMove implements Disposable {
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'godwit-bench-'));
  readonly #passwords: Readonly<Record<string, string>>;

  /** @param mapping the files of `mapping/`, by name */
  constructor(
    source: CrmDatabase | FileSystem,
    target: CrmDatabase | FileSystem,
    mapping: Readonly<Record<string, string>>,
    settings: string,
  ) {
    this.#passwords = {
      GODWIT_SOURCE_PASSWORD: passwordOf(source),
      GODWIT_TARGET_PASSWORD: passwordOf(target),
    };
    mkdirSync(join(this.#folder, 'mapping'));
    for (const [name, text] of Object.entries(mapping))
      writeFileSync(join(this.#folder, 'mapping', `${name}.yaml`), text);
    const [from, to] = [linesOf(source, 'SOURCE'), linesOf(target, 'TARGET')];
    const systems = `  source:\n${from}  target:\n${to}`;
    writeFileSync(
      join(this.#folder, 'godwit.yaml'),
      `format: 1\nproject: bench\nsystems:\n${systems}${settings}`,
    );
  }

  /** Everything up to the signed runbook. */
  async prepare(): Promise<void> {
    const people: string[] = [];
    for (const [name, roles] of [
      ['ada', 'author, operator'],
      ['ben', 'approver, owner'],
    ] as const) {
      await this.verb('keys', 'new', '--name', name, '--out', `${name}.key`);
      const key = readFileSync(join(this.#folder, `${name}.key.pub`), 'utf8').trim();
      people.push(`  - { name: ${name}, roles: [${roles}], keys: ["${key}"] }\n`);
    }
    const settings = join(this.#folder, 'godwit.yaml');
    writeFileSync(settings, `${readFileSync(settings, 'utf8')}people:\n${people.join('')}`);
    await this.verb('inspect');
    await this.verb('approve', 'mapping', '--key', 'ada.key');
    await this.verb('plan');
    await this.verb('approve', 'runbook', '--key', 'ben.key');
    await settleDisk();
  }

  async verb(...words: readonly string[]): Promise<MeasuredVerb> {
    const { told, seconds, code } = await this.#start(words, null);
    if (code !== 0) {
      const end = told.slice(-20).map(({ line }) => line);
      throw new RangeError(`godwit ${words.join(' ')} ended with ${code}: ${end.join('\n')}`);
    }
    const text = readFileSync(join(this.#folder, 'peak.jsonl'), 'utf8').trim().split('\n').at(-1) ?? '';
    const peak = JSON.parse(text) as { peakMiB: number; seconds: number };
    return { seconds, processorSeconds: peak.seconds, peakMiB: peak.peakMiB, told };
  }

  /** The same, killed as soon as it has printed so many lines that match: what comes behind is not waited for. */
  async verbUntil(line: RegExp, times: number, ...words: readonly string[]): Promise<readonly ToldLine[]> {
    return (await this.#start(words, { line, times })).told;
  }

  /** The same, killed after that time, or when it ends before. */
  async verbFor(milliseconds: number, ...words: readonly string[]): Promise<readonly ToldLine[]> {
    return (await this.#start(words, null, milliseconds)).told;
  }

  /** The same, whatever its end: a refusal is an answer too. */
  async verbWhatever(
    ...words: readonly string[]
  ): Promise<Omit<MeasuredVerb, 'processorSeconds' | 'peakMiB'>> {
    const { told, seconds } = await this.#start(words, null);
    return { told, seconds };
  }

  async #start(
    words: readonly string[],
    until: { readonly line: RegExp; readonly times: number } | null,
    timeMs?: number,
  ): Promise<{ readonly told: readonly ToldLine[]; readonly seconds: number; readonly code: number | null }> {
    // Only where its end is waited for: loading what reports it would count as godwit's own start.
    const report = until === null && timeMs === undefined ? ['--import', path('../report-peak.ts')] : [];
    const program = [...report, builtGodwit()];
    const began = performance.now();
    const child = spawn(process.execPath, [...program, ...words], {
      cwd: this.#folder,
      env: {
        ...process.env,
        ...passphrases,
        ...this.#passwords,
        BENCH_PEAK_FILE: join(this.#folder, 'peak.jsonl'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(timeMs !== undefined && { timeout: timeMs, killSignal: 'SIGKILL' as const }),
    });
    const told: ToldLine[] = [];
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        told.push({ atSeconds: (performance.now() - began) / 1000, peakMiB: peakOf(child.pid), line });
        if (until !== null && countOf(told, until.line) === until.times) child.kill('SIGKILL');
      });
    const [code] = (await once(child, 'close')) as [number | null];
    return { told, seconds: (performance.now() - began) / 1000, code };
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function countOf(told: readonly ToldLine[], wanted: RegExp): number {
  return told.filter(({ line }) => wanted.test(line)).length;
}

const passphrases = { GODWIT_PASSPHRASE: 'bench passphrase', GODWIT_KEY_PASSPHRASE: 'bench key passphrase' };

const path = (place: string): string => fileURLToPath(new URL(place, import.meta.url));

/** Not known where the system does not tell it, or when the process has ended. */
function peakOf(pid: number | undefined): number {
  try {
    const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(found) / 1024;
  } catch {
    return Number.NaN;
  }
}

function linesOf(system: CrmDatabase | FileSystem, role: string): string {
  return 'server' in system ? address(system, role) : system.lines;
}

function address({ server, database }: CrmDatabase, role: string): string {
  const { host, port, user } = server;
  return `    { kind: postgres, host: "${host}", port: ${port}, database: ${database}, schema: crm, user: ${user}, password_env: GODWIT_${role}_PASSWORD, tls: off }\n`;
}

function passwordOf(system: CrmDatabase | FileSystem): string {
  return ('server' in system ? system.server.password : system.password) ?? '';
}
