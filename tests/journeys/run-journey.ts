import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { godwitProgram } from './godwit-program.ts';
import { type JourneySystem, openJourneySystem } from './journey-systems.ts';
import { matchLines } from './match-lines.ts';
import { parseJourney, type Query, type Step } from './parse-journey.ts';

/** What stands for `{{name}}`, by name. */
type Given = Readonly<Record<string, string>>;

interface JourneyOptions {
  /** Folder in which `take` and `load` find files of other people; null when the journey needs none. */
  readonly data?: string | null;
  /** Values in place of those its `let` lines have. */
  readonly given?: Given;
  /** How long one command may take; five minutes unless told. */
  readonly commandMs?: number;
}

/**
 * Runs a journey in a throwaway folder: every command is the real command line in a process of its own. Throws at the first step that
 * does not come out as written, with its place, what was expected and what came.
 *
 * @returns what it kept, by name
 */
export async function runJourney(
  path: string,
  { data = null, given = {}, commandMs = 300_000 }: JourneyOptions = {},
): Promise<ReadonlyMap<string, string>> {
  const steps = parseJourney(basename(path), readFileSync(path, 'utf8'));
  await using journey = new Journey({ data, given, commandMs });
  const failed: unknown[] = [];
  for (const step of steps) {
    try {
      await journey.take(step);
    } catch (error) {
      failed.push(error);
      // Whoever writes a journey wants to see all of it.
      if (!shown) break;
    }
  }
  if (failed.length === 1) throw failed[0];
  if (failed.length > 1) throw new Error(failed.map(String).join('\n'));
  return journey.kept;
}

/** `GODWIT_SHOW_JOURNEYS=1`: print what every command prints, and go on where it is not as expected. */
const shown = process.env['GODWIT_SHOW_JOURNEYS'] === '1';

/** What a person has besides godwit. */
const besides = ['ssh-keygen', 'ssh-add', 'rm'];
/** The verifier that has none of godwit's code, as a command that needs nothing but Node. */
const otherVerifier = join(import.meta.dirname, '../../examples/verify-proof/verify-proof.mjs');
/** Makes the records of a practice HubSpot, by its API. */
const fillAccount = join(import.meta.dirname, '../../examples/hubspot-to-salesforce/fill-account.mjs');
const programs = ['godwit', 'cat', 'verify-proof', 'fill-account', ...besides];

const shiftClock = join(import.meta.dirname, 'shift-clock.ts');

class Journey implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'godwit-journey-'));
  readonly #data: string | null;
  readonly #commandMs: number;
  readonly #systems = new Map<string, JourneySystem>();
  readonly #kept = new Map<string, string>();
  readonly #environment: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: this.#folder,
    // A zone of its own, with half hours: whoever asks the machine for the time of day is found out.
    TZ: 'America/St_Johns',
    NODE_COMPILE_CACHE: join(tmpdir(), 'godwit-compile-cache'),
    GODWIT_PASSPHRASE: 'what is kept of records',
    GODWIT_KEY_PASSPHRASE: 'a key of one person',
  };

  #agent: ChildProcess | null = null;

  constructor({ data, given, commandMs }: Required<JourneyOptions>) {
    this.#data = data;
    this.#commandMs = commandMs;
    for (const [name, value] of Object.entries(given)) this.#kept.set(name, value);
  }

  get kept(): ReadonlyMap<string, string> {
    return this.#kept;
  }

  async take(step: Step): Promise<void> {
    try {
      await this.#take(step);
    } catch (error) {
      throw new Error(`${step.place}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }

  async #take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'system':
        return await this.#openSystem(step.name, step.engine, step.argument);
      case 'take':
        cpSync(this.#dataPath(step.from), this.#newPath(step.to), { recursive: true });
        return;
      case 'load':
        return await this.#load(step);
      case 'given':
        if (!this.#kept.has(step.name)) this.#kept.set(step.name, step.value);
        return;
      case 'environment':
        this.#environment[step.name] = this.#filled(step.value);
        return;
      case 'clock':
        this.#environment['JOURNEY_CLOCK_DAYS'] = String(step.days);
        return;
      case 'write':
        writeFileSync(this.#newPath(step.path), this.#filled(step.text));
        return;
      case 'edit':
        return this.#edit(step);
      case 'do':
        return await this.#system(step.system).run(this.#filled(step.sql));
      case 'sql':
        return this.#keepRows(
          await this.#query(step),
          step.rows.map((row) => this.#filled(row)),
        );
      case 'equal':
        return await this.#compare(step.queries);
      case 'command':
        return await this.#command(step);
    }
  }

  async #load({ system, table, file }: Extract<Step, { kind: 'load' }>): Promise<void> {
    const path = existsSync(this.#path(file)) ? this.#path(file) : this.#dataPath(file);
    if (table === null) return await this.#system(system).load(path);
    await this.#system(system).loadTable(table, path);
  }

  async #openSystem(name: string, engine: string, argument: string): Promise<void> {
    const system = await openJourneySystem(engine, argument, this.#newPath(argument));
    this.#systems.set(name, system);
    for (const [word, value] of Object.entries(system.words)) this.#kept.set(`${name}.${word}`, value);
    if (system.words['password'] !== undefined)
      this.#environment[`GODWIT_${name.toUpperCase()}_PASSWORD`] = system.words['password'];
  }

  #edit({ path, changes }: Extract<Step, { kind: 'edit' }>): void {
    let content = readFileSync(this.#path(path), 'utf8');
    for (const { from, to } of changes) {
      const [old, now] = [this.#filled(from), this.#filled(to)];
      if (content.split(old).length !== 2)
        throw new Error(`"${old}" does not stand exactly once in:\n${content}`);
      content = content.replace(old, () => now.replaceAll('\\n', '\n'));
    }
    writeFileSync(this.#path(path), content);
  }

  async #query({ system, sql }: Query): Promise<readonly string[]> {
    return await this.#system(system).rows(this.#filled(sql));
  }

  /** A row with `<?word>` in it keeps what stands there. */
  #keepRows(found: readonly string[], expected: readonly string[]): void {
    if (!expected.some((row) => row.includes('<?'))) return expectRows(found, expected);
    const kept = matchLines(expected, found);
    if (!kept)
      throw new Error(`expected:\n${indent(expected.join('\n'))}\nfound:\n${indent(found.join('\n'))}`);
    for (const [name, value] of kept) this.#kept.set(name, value);
  }

  async #compare(queries: readonly Query[]): Promise<void> {
    const [first, ...others] = queries;
    if (!first || others.length === 0) throw new Error('nothing to compare with');
    const expected = await this.#query(first);
    if (expected.length === 0) throw new Error('both are empty, which shows nothing');
    for (const other of others) expectRows(await this.#query(other), expected);
  }

  async #command({ command, expected, exit }: Extract<Step, { kind: 'command' }>): Promise<void> {
    const [program = '', ...args] = words(this.#filled(command));
    const began = performance.now();
    const result =
      program === 'cat'
        ? { printed: args.map((name) => readFileSync(this.#path(name), 'utf8')).join(''), exit: 0 }
        : program === 'ssh-agent'
          ? await this.#startAgent()
          : await this.#run(program, args);
    if (shown)
      process.stdout.write(
        `\n$ ${command}\n${result.printed}[exit ${result.exit}, ${Math.round(performance.now() - began)} ms]\n`,
      );
    const wanted = expected.map((line) => this.#filled(line));
    const kept =
      wanted.length === 0 ? new Map<string, string>() : matchLines(wanted, result.printed.split('\n'));
    if (result.exit === exit && kept) {
      for (const [name, value] of kept) this.#kept.set(name, value);
      return;
    }
    if (shown) process.stdout.write('[NOT AS EXPECTED]\n');
    throw new Error(
      `$ ${command}\nexpected, with exit ${exit}:\n${indent(wanted.join('\n'))}\nprinted, with exit ${result.exit}:\n${indent(result.printed)}`,
    );
  }

  /** Holds keys until the journey ends, as the one of a person's session does. */
  async #startAgent(): Promise<{ printed: string; exit: number }> {
    const socket = this.#path('agent');
    this.#agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    for (let waited = 0; !existsSync(socket) && waited < 100; waited += 1) await setTimeout(50);
    this.#environment['SSH_AUTH_SOCK'] = socket;
    return { printed: '', exit: existsSync(socket) ? 0 : 1 };
  }

  async #run(program: string, args: readonly string[]): Promise<{ printed: string; exit: number }> {
    if (!programs.includes(program))
      throw new Error(`a journey knows the commands ${programs.join(', ')}, not ${program}`);
    const shift = this.#environment['JOURNEY_CLOCK_DAYS'] === undefined ? [] : ['--import', shiftClock];
    const ofNode = {
      godwit: [...shift, godwitProgram],
      'verify-proof': [otherVerifier],
      'fill-account': [fillAccount],
    }[program];
    const own = ofNode ? [process.execPath, ...ofNode] : [program];
    const child = spawn(own[0] ?? '', [...own.slice(1), ...args], {
      cwd: this.#folder,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: this.#commandMs,
    });
    const [out, err, [exit]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    return { printed: `${out}${withoutProgress(err)}`, exit: exit as number };
  }

  /** `{{name}}` is what was kept under that name, or the content of the file of that name. */
  #filled(written: string): string {
    return written.replaceAll(/\{\{([\w./-]+)\}\}/g, (_, name: string) => {
      const kept = this.#kept.get(name);
      if (kept !== undefined) return kept;
      if (existsSync(this.#path(name))) return readFileSync(this.#path(name), 'utf8').trim();
      throw new Error(`nothing is known as ${name}`);
    });
  }

  #system(name: string): JourneySystem {
    const system = this.#systems.get(name);
    if (system) return system;
    throw new Error(`no line says what system ${name} is`);
  }

  #dataPath(name: string): string {
    if (name.startsWith('examples/')) return fileURLToPath(new URL(`../../${name}`, import.meta.url));
    if (this.#data === null) throw new Error('this journey has no data of other people');
    return join(this.#data, name);
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  #newPath(name: string): string {
    mkdirSync(dirname(this.#path(name)), { recursive: true });
    return this.#path(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent?.kill();
    for (const system of this.#systems.values()) await system[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function expectRows(found: readonly string[], expected: readonly string[]): void {
  const none = ['(no rows)'];
  const [now, wanted] = [found, expected].map((rows) =>
    rows.length === 0 ? none : rows.map((row) => row.trim()),
  );
  if (JSON.stringify(now) === JSON.stringify(wanted)) return;
  const at = wanted?.findIndex((row, place) => row !== now?.[place]) ?? 0;
  throw new Error(
    `the rows differ from row ${at + 1} on; expected ${wanted?.length}:\n${indent(around(wanted ?? [], at))}\nfound ${now?.length}:\n${indent(around(now ?? [], at))}`,
  );
}

const around = (rows: readonly string[], at: number): string =>
  rows.slice(Math.max(0, at - 2), at + 20).join('\n');

const indent = (block: string): string => block.trimEnd().replaceAll(/^/gm, '    ');

/** Lines about progress come when time has passed; only an error, or what nobody expects, is part of a journey. */
function withoutProgress(err: string): string {
  const at = err.search(/^(?:error:|.*\bat .*\.[jt]s:\d)/m);
  return at < 0 ? '' : err.slice(at);
}

/** Words of a command line; quotes keep what they hold together. */
function words(command: string): readonly string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
}
