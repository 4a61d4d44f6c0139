import { parse } from 'yaml';

/** One call of a practice system as a journey writes it: `PATCH sobjects/Account/001... {"Name": "x"}`. */
export interface CallLine {
  readonly method: string;
  readonly path: string;
  /** Empty where there is none. */
  readonly content: string;
}

export function readCallLine(line: string): CallLine {
  const [, method = '', path = '', content = ''] = /^(\S+)\s+(\S+)\s*([\s\S]*)$/.exec(line.trim()) ?? [];
  return { method, path, content };
}

/**
 * An order of the admin (`POST /__practice/account {{account.yaml}}`): its content is YAML, as the descriptions of systems are.
 *
 * @returns whether the call was one; then it was carried out
 */
export async function givenOrder(url: string, { method, path, content }: CallLine): Promise<boolean> {
  if (!path.startsWith('/__practice/')) return false;
  const answer = await fetch(url + path, { method, body: JSON.stringify(parse(content)) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return true;
}
