/** A number of an answer as it was written: never a binary double. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Json =
  | null
  | boolean
  | string
  | ExactNumber
  | readonly Json[]
  | { readonly [name: string]: Json };

/** A JSON document whose numbers stay the texts they are. Throws `SyntaxError`. */
export function parseExactly(text: string): Json {
  return JSON.parse(text, (_name, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' ? new ExactNumber(context?.source ?? String(value)) : value,
  ) as Json;
}

/** The document again, numbers as they were. */
export function writeExactly(value: Json): string {
  if (value instanceof ExactNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(writeExactly).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, inner]) => `${JSON.stringify(name)}:${writeExactly(inner)}`,
  );
  return `{${members.join(',')}}`;
}
