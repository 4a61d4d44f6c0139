import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { fileUnreadable } from './faults.ts';

/** What a YAML or JSON file holds. Throws `practice.file-unreadable` where it is missing or does not parse. */
export function readDescription(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8')) as unknown;
  } catch (cause) {
    throw fileUnreadable(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}
