/** Where a backup is restored to: made by the drill, and dropped by it. */
export interface Scratch {
  /** For people: the database and where it is, without a password. */
  readonly title: string;
  /** The client that talks to it, by name and version; the server's version. Throws `drill.client-too-old`. */
  versions(): Promise<{ readonly client: string; readonly server: string }>;
  /** How many tables, views and other things it holds; null when it is not there. */
  objects(): Promise<number | null>;
  create(): Promise<void>;
  /** Asks one question, with the right to read only; the answer as text, a record on each line, values parted by `|`. */
  ask(sql: string): Promise<string>;
  /** The largest number a field holds, in decimal digits; empty where it holds none. */
  largest(relation: string, field: string): Promise<string>;
  /** Also when it is not there. Not stopped by the drill's own signal: this is the cleaning up. */
  drop(): Promise<void>;
  /** What a program has to be told to log in to it: environment variables, among them the password. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What may stand for `{host}` and the like in the arguments of the user's own command. */
  readonly places: Readonly<Record<string, string>>;
}

/** The number of a program's or server's version before the first or second point, as one comparable number. */
export function versionNumber(text: string): number {
  const found = /(\d+)\.(\d+)/.exec(text);
  return found ? Number(found[1]) * 1_000 + Number(found[2]) : 0;
}
