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
  const content = parsed(body.toString('utf8'));
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new UnreadableBody('Unexpected token: an object is expected at [line:1, column:1]');
  return content as Readonly<Record<string, unknown>>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnreadableBody(error instanceof Error ? error.message : String(error));
  }
}
