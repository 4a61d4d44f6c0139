import type { GodwitError } from '../model/index.ts';
import { renderSectionText, type Section, visibleText } from '../reports/index.ts';

/** Standard output and standard error, or whatever stands for them. */
export interface OutputStreams {
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/**
 * Where people and programs read results. With `--json` exactly one JSON document goes to standard output and everything
 * meant for people stays silent; without, people's text goes to standard output and progress to standard error. Nothing
 * that stands in data or in names reaches a terminal as a command to it.
 */
export class Output {
  readonly #json: boolean;
  readonly #out: NodeJS.WritableStream;
  readonly #err: NodeJS.WritableStream & { readonly isTTY?: boolean };

  constructor(json: boolean, { out, err }: OutputStreams) {
    this.#json = json;
    this.#out = out;
    this.#err = err;
  }

  get json(): boolean {
    return this.#json;
  }

  /** The result of a verb, for programs. */
  result(value: unknown): void {
    if (this.#json) this.#out.write(`${visibleText(JSON.stringify(value, jsonValue, 2))}\n`);
  }

  line(text = ''): void {
    if (!this.#json) this.#out.write(`${visibleText(text)}\n`);
  }

  section(section: Section): void {
    this.line(`\n${renderSectionText(section)}`);
  }

  /** What to do now: the last line of every verb. */
  next(text: string): void {
    this.line(`\nnext: ${text}`);
  }

  error(error: GodwitError): void {
    if (this.#json) {
      this.#out.write(`${visibleText(JSON.stringify({ error: error.toJSON() }, null, 2))}\n`);
      return;
    }
    const place = placeText(error);
    this.#err.write(
      visibleText(
        `error: ${error.message}${place === '' ? '' : `\n  at:  ${place}`}\n  next:  ${error.nextStep}\n  code:  ${error.code}\n`,
      ),
    );
  }

  /** A line about progress; never part of the result. */
  progressLine(text: string): void {
    if (!this.#json) this.#err.write(`${visibleText(text)}\n`);
  }

  get interactive(): boolean {
    return !this.#json && this.#err.isTTY === true;
  }
}

function placeText(error: GodwitError): string {
  const { file, line, column, path, system, relation, field, key, step } = error.where;
  const spot = file === undefined ? '' : [file, line, column].filter((part) => part !== undefined).join(':');
  const named = Object.entries({ path, system, relation, field, key, step }).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`${name} ${value}`],
  );
  return [spot, ...named].filter((part) => part !== '').join(', ');
}

function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Uint8Array) return { hex: Buffer.from(value).toString('hex') };
  return value;
}
