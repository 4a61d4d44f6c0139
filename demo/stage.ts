import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Runs godwit the way a user does, shows what a user would see, and keeps the whole text beside the reports. */
export class Stage {
  readonly folder: string;
  readonly #failures: string[] = [];
  readonly #program = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

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
  godwit(args: readonly string[], expectedCode: number, linesMax = 14): string {
    this.#print(`\n$ godwit ${args.map(quoted).join(' ')}`);
    const result = spawnSync(process.execPath, [this.#program, ...args], {
      cwd: this.folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        GODWIT_PASSPHRASE: 'demo passphrase',
        GODWIT_KEY_PASSPHRASE: 'demo key passphrase',
      },
      maxBuffer: 64 * 1024 * 1024,
    });
    const told = result.status === 0 || result.stdout.trim() !== '' ? result.stdout : result.stderr;
    const text = told.trim().replaceAll(`${this.folder}/`, '');
    const lines = text.split('\n');
    const last = lines.findLast((line) => line.startsWith('next:'));
    const shown = lines.slice(0, linesMax);
    process.stdout.write(`${shown.join('\n')}\n`);
    if (lines.length > linesMax) {
      process.stdout.write(`... ${lines.length - linesMax} more lines in demo.log\n`);
      if (last !== undefined) process.stdout.write(`${last}\n`);
    }
    appendFileSync(this.#log, `${text}\n`);
    this.check(
      `godwit ${args.slice(0, 2).join(' ')} ends with exit code ${expectedCode}`,
      result.status === expectedCode,
      `it was ${String(result.status)}: ${result.stderr.slice(-600)}`,
    );
    return text;
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
