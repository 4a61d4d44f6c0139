import type { z } from 'zod';
import type { PracticeRequest } from '../practice-message.ts';
import { invalid, Refusal } from './refusal.ts';

/** A JSON body of a fixed shape. Throws 415, and 400 for what is missing, of another kind, or not described. */
export function readBody<Content>({ headers, body }: PracticeRequest, shape: z.ZodType<Content>): Content {
  if (!/^application\/json\b/i.test(headers['content-type'] ?? ''))
    throw new Refusal(415, { message: 'Unsupported Media Type' });
  const read = shape.safeParse(parsed(body.toString('utf8')));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue?.path.join('.') ?? '';
  if (issue?.code === 'unrecognized_keys')
    throw invalid(`Invalid input JSON on line 1, column 1: Unrecognized field "${issue.keys[0] ?? ''}"`);
  if (issue?.code === 'invalid_type' && issue.message.endsWith('received undefined'))
    throw invalid(`Invalid input JSON on line 1, column 2. Some required fields were not set: [${place}]`);
  throw invalid(`Invalid input JSON on line 1, column 1: ${place}: ${issue?.message ?? 'cannot be read'}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(
      `Invalid input JSON on line 1, column 1: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** A whole number of the query. Throws 400. */
export function countIn(
  query: URLSearchParams,
  name: string,
  least: number,
  most: number,
  otherwise: number,
): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  const count = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (count >= least && count <= most) return count;
  throw invalid(`Invalid value for ${name}: ${text}. It has to be a whole number from ${least} to ${most}`);
}

/** The id behind which a page begins. Throws 400. */
export function afterIn(query: URLSearchParams): string {
  const after = query.get('after') ?? '0';
  if (!/^\d{1,15}$/.test(after)) throw invalid(`Invalid value for after: ${after}`);
  return after;
}

/** Names that stand in the query with commas, or several times. */
export const namesIn = (query: URLSearchParams, name: string): readonly string[] =>
  query.getAll(name).flatMap((text) => text.split(',').filter((one) => one !== ''));

export const flagIn = (query: URLSearchParams, name: string): boolean => {
  const text = query.get(name) ?? 'false';
  if (text !== 'true' && text !== 'false') throw invalid(`Invalid value for ${name}: ${text}`);
  return text === 'true';
};
