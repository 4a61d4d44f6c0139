import { maskExample } from './mask-example.ts';

/**
 * The key of a record, for messages that people and files see. Numbers, UUIDs and short codes stay, since they are how a record
 * is found and say nothing of a person; an e-mail address, a telephone number, a name or any other text is shown by its shape.
 * What is no key (a file and a line) stays.
 */
export function maskKey(key: string): string {
  const parts = partsOf(key);
  return parts === null ? key : JSON.stringify(parts.map(maskPart));
}

function partsOf(key: string): readonly unknown[] | null {
  try {
    const parts: unknown = JSON.parse(key);
    return Array.isArray(parts) ? parts : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function maskPart(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(maskPart);
  if (typeof part !== 'string' || isIdentifier(part)) return part;
  return maskExample(part);
}

const plainNumber = /^-?\d{1,20}$/;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** At most four letters in a row and at least one digit: `DE-1001`, `A17/3`; `mueller85` is somebody's name. */
const code = /^(?=.*\d)(?!.*[A-Za-z]{5})[A-Za-z0-9][A-Za-z0-9._:/-]{0,31}$/;
/** Identity documents, accounts and telephone numbers that would pass for codes. */
const personal = /^(?:\d{3}-\d{2}-\d{4}|[A-Z]{2}\d{2}[A-Z0-9]{10,30}|\d{2,5}[-/.]\d{3,}(?:[-/.]\d{2,})*)$/;
const shortWord = /^[A-Za-z]{1,3}$/;
const time = /^\d{4}-\d{2}-\d{2}(?:[ T][\d:.]+)?$/;

function isIdentifier(text: string): boolean {
  if (plainNumber.test(text) || uuid.test(text) || shortWord.test(text) || time.test(text)) return true;
  return code.test(text) && !personal.test(text);
}
