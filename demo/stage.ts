import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { runCli } from '../src/cli/run-cli.ts';

/** Runs godwit the way a user does, shows what a user would see, and keeps the whole text beside the reports. */
export class Stage {
  readonly folder: string;
  readonly #failures: string[] = [];

  constructor(folder: string) {
    this.folder = folder;
  }

  get failures(): readonly string[] {
    return this.#failures;
  }

  say(text: string): void {
    this.#print(`\n${text}`);
  }

  /** @param linesMax how much of a long answer is shown here; all of it is in the log */
  async godwit(args: readonly string[], expectedCode: number, linesMax = 14): Promise<string> {
    this.#print(`\n$ godwit ${args.map(quoted).join(' ')}`);
    const [out, err] = [new Collected(), new Collected()];
    const code = await runCli(args, { out, err });
    const told = out.text.trim() === '' ? err.text : out.text;
    const text = told.trim().replaceAll(`${this.folder}/`, '');
    this.#show(text.split('\n'), linesMax);
    appendFileSync(this.#log, `${text}\n`);
    const seen = `it was ${code}: ${err.text.slice(-600)}`;
    this.check(
      `godwit ${args.slice(0, 2).join(' ')} ends with exit code ${expectedCode}`,
      code === expectedCode,
      seen,
    );
    return text;
  }

  /** Asks godwit for a result as a program would, without showing it. */
  async ask(args: readonly string[]): Promise<unknown> {
    const [out, err] = [new Collected(), new Collected()];
    await runCli([...args, '--json'], { out, err });
    return JSON.parse(out.text);
  }

  #show(lines: readonly string[], linesMax: number): void {
    process.stdout.write(`${lines.slice(0, linesMax).join('\n')}\n`);
    if (lines.length <= linesMax) return;
    process.stdout.write(`... ${lines.length - linesMax} more lines in demo.log\n`);
    const last = lines.findLast((line) => line.startsWith('next:'));
    if (last !== undefined) process.stdout.write(`${last}\n`);
  }

  /** A check of the demo's own, made without godwit. Silent while it holds. */
  check(what: string, holds: boolean, seen = ''): void {
    if (holds) return;
    this.#failures.push(what);
    this.#print(`DEMO CHECK FAILED: ${what}${seen === '' ? '' : ` (${seen})`}`);
  }

  get #log(): string {
    return join(this.folder, 'demo.log');
  }

  #print(text: string): void {
    process.stdout.write(`${text}\n`);
    appendFileSync(this.#log, `${text}\n`);
  }
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** What a verb wrote, as text. */
class Collected extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
