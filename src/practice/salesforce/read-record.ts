import { readMultipart } from '../multipart.ts';
import type { PracticeRequest } from '../practice-message.ts';
import { readJson, readJsonText } from './read-json.ts';
import { UnreadableBody } from './refusal.ts';

/**
 * The record of a body: a JSON object, or a form (RFC 7578) whose first part is one and whose second is the content of one of its
 * fields, as files are sent that need not be text. Throws the vendor's 415 and 400.
 */
export function readRecord(request: PracticeRequest): Readonly<Record<string, unknown>> {
  const type = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\b/i.test(type)) return readJson(request);
  const [record, content, ...others] = readMultipart(type, request.body) ?? [];
  if (record === undefined || content === undefined || others.length > 0)
    throw new UnreadableBody('Multipart message: a record and one content are expected');
  if (!/^application\/json\b/i.test(record.type) || content.fileName === null)
    throw new UnreadableBody('Multipart message: the first part is the record, the second has a file name');
  return { ...readJsonText(record.content.toString('utf8')), [content.name]: content.content };
}
