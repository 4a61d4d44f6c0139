import type { z } from 'zod';
import type { PracticeRequest } from '../practice-message.ts';
import { refusal, UnreadableBody } from './refusal.ts';

/** The JSON object of a body. Throws the vendor's 415 and 400. */
export function readJson({ headers, body }: PracticeRequest): Readonly<Record<string, unknown>> {
  if (!/^application\/json\b/i.test(headers['content-type'] ?? ''))
    throw refusal(
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      'Content-Type not supported : ' + (headers['content-type'] ?? ''),
    );
  return readJsonText(body.toString('utf8'));
}

/** A text that has to be a JSON object. Throws the vendor's 400. */
export function readJsonText(text: string): Readonly<Record<string, unknown>> {
  const content = parsed(text);
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new UnreadableBody('Unexpected token: an object is expected at [line:1, column:1]');
  return content as Readonly<Record<string, unknown>>;
}

/** A body of a fixed shape. A name or kind that the vendor does not know refuses the whole of it. */
export function readShape<Content>(request: PracticeRequest, shape: z.ZodType<Content>): Content {
  const read = shape.safeParse(readJson(request));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue?.path.join('.') ?? '';
  if (issue?.code === 'unrecognized_keys')
    throw new UnreadableBody(`Unrecognized field "${issue.keys[0] ?? ''}" at [line:1, column:1]`);
  throw new UnreadableBody(`${place}: ${issue?.message ?? 'cannot be read'} at [line:1, column:1]`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnreadableBody(error instanceof Error ? error.message : String(error));
  }
}
