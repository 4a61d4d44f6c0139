import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runCli } from '../../src/cli/run-cli.ts';
import { createKeyFile } from '../../src/host/index.ts';
import { Secret } from '../../src/model/index.ts';
import { godwitProgram } from '../journeys/godwit-program.ts';

/** What one command printed, and how it ended. */
export interface Answer {
  readonly command: string;
  readonly out: string;
  readonly err: string;
  /** Null when a signal ended it. */
  readonly exit: number | null;
}

export interface CommandOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** What is done to the process while it runs; it then is a process of its own. */
  readonly meanwhile?: (child: ReturnType<typeof spawn>) => Promise<void> | void;
}

type Ended = Omit<Answer, 'command'>;

class Gathered extends Writable {
  text = '';

  override _write(chunk: Buffer | string, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

/**
 * A throwaway project folder that attacks are carried out on, by the real command line. Everything any command ever printed is
 * kept, so that it can be searched for what must not stand in it.
 */
export class AttackedProject implements Disposable {
  readonly folder: string;
  readonly environment: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: tmpdir(),
    NODE_COMPILE_CACHE: join(tmpdir(), 'godwit-compile-cache'),
    GODWIT_PASSPHRASE: 'what is kept of records',
    GODWIT_KEY_PASSPHRASE: 'a key of one person',
  };
  readonly answers: Answer[] = [];

  constructor(folder: string = mkdtempSync(join(tmpdir(), 'godwit-attack-'))) {
    this.folder = folder;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
  }

  /** Changes text that stands in a file; throws when it does not, since then the attack would be none. */
  edit(name: string, old: string | RegExp, now: string): void {
    const before = this.read(name);
    const after = before.replace(old, () => now);
    if (after === before) throw new Error(`${String(old)} does not stand in ${name}:\n${before}`);
    this.write(name, after);
  }

  /** The real command line: inside this process, which saves its start, or beside it where it is to be hurt. */
  async godwit(args: readonly string[], options: CommandOptions = {}): Promise<Answer> {
    const environment = { ...this.environment, ...options.environment };
    const ended = options.meanwhile
      ? await this.#beside(args, environment, options.meanwhile)
      : await this.#inside(args, environment);
    const answer = { command: args.join(' '), ...ended };
    this.answers.push(answer);
    return answer;
  }

  async #inside(args: readonly string[], environment: Record<string, string>): Promise<Ended> {
    const [out, err] = [new Gathered(), new Gathered()];
    const before = { folder: process.cwd(), environment: process.env };
    process.chdir(this.folder);
    process.env = environment;
    try {
      const exit = await runCli(args, { out, err });
      return { out: out.text, err: err.text, exit };
    } finally {
      process.chdir(before.folder);
      process.env = before.environment;
    }
  }

  async #beside(
    args: readonly string[],
    environment: Record<string, string>,
    meanwhile: NonNullable<CommandOptions['meanwhile']>,
  ): Promise<Ended> {
    const child = spawn(process.execPath, [godwitProgram, ...args], {
      cwd: this.folder,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 110_000,
    });
    const [out, err, [exit]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
      meanwhile(child),
    ]);
    return { out, err, exit: exit as number | null };
  }

  /** Runs commands that have to work. */
  async walk(...commands: readonly (readonly string[])[]): Promise<void> {
    for (const command of commands) {
      const answer = await this.godwit(command);
      if (answer.exit !== 0)
        throw new Error(`godwit ${answer.command} [exit ${answer.exit}]\n${answer.out}${answer.err}`);
    }
  }

  /** What `godwit keys new` writes, as quick to open as a key file may be: a test signs often, and guesses no passphrase. */
  makeKeys(...names: readonly string[]): void {
    const passphrase = new Secret(this.environment['GODWIT_KEY_PASSPHRASE'] ?? '');
    for (const name of names)
      createKeyFile(this.path(`${name.toLowerCase()}.key`), passphrase, { scryptN: 2 ** 14 });
  }

  /** Two people, so that nobody decides alone: Ada writes and runs, Ben approves and owns. */
  makePeople(): void {
    this.makeKeys('Ada', 'Ben');
  }

  peopleText(): string {
    return `people:
  - { name: Ada, roles: [author, operator], keys: ["${this.read('ada.key.pub').trim()}"] }
  - { name: Ben, roles: [approver, owner], keys: ["${this.read('ben.key.pub').trim()}"] }
`;
  }

  /** From a sound mapping to an approved runbook. */
  async planAndApprove(): Promise<void> {
    await this.walk(
      ['approve', 'mapping', '--key', 'ada.key'],
      ['plan'],
      ['approve', 'runbook', '--key', 'ben.key'],
    );
  }

  /** Keeps the folder as it is now and answers with the way back to it: the same files with the same bytes, not copies of them. */
  keepState(): () => void {
    const kept = mkdtempSync(join(tmpdir(), 'godwit-attack-kept-'));
    cpSync(this.folder, kept, { recursive: true, preserveTimestamps: true });
    this.#kept.push(kept);
    return () => {
      for (const { name } of this.files())
        if (!existsSync(join(kept, name))) rmSync(this.path(name), { force: true });
      for (const name of filesIn(kept)) this.write(name, readFileSync(join(kept, name)));
    };
  }

  readonly #kept: string[] = [];

  /** Every file of the folder with its bytes as text that keeps each byte. */
  files(): readonly { readonly name: string; readonly content: string }[] {
    return filesIn(this.folder).map((name) => ({ name, content: readFileSync(this.path(name), 'latin1') }));
  }

  [Symbol.dispose](): void {
    for (const folder of [this.folder, ...this.#kept]) rmSync(folder, { recursive: true, force: true });
  }
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/** The error a command ended with, as people see it. */
export function errorCode({ err }: Answer): string {
  return /^\s*code:\s+(\S+)$/m.exec(err)?.[1] ?? `no code in: ${err}`;
}
