import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { GodwitError } from '../model/index.ts';

/** Far above what people write by hand; a file of 50 MB would keep the parser busy for minutes. */
const bytesMax = 4 * 1024 * 1024;

/**
 * A file that people write: UTF-8, with or without a byte order mark. Throws `project.unreadable-text`: a byte that is no UTF-8
 * would become a replacement character, and a value in a mapping silently another one.
 *
 * @param name how errors call it: `mapping/contacts.yaml`
 */
export function readTextFile(path: string, name: string): string {
  const { size } = statSync(path);
  if (size > bytesMax)
    throw unreadable(name, `it has ${size} bytes, and at most ${bytesMax} are read`, undefined);
  const bytes = readFileSync(path);
  if (!isUtf8(bytes)) throw unreadable(name, 'a byte in this line is not UTF-8', firstBadLine(bytes));
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

function firstBadLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    if (!isUtf8(bytes.subarray(start, end < 0 ? bytes.length : end))) break;
    start = end < 0 ? bytes.length : end + 1;
  }
  return line;
}

function unreadable(file: string, detail: string, line: number | undefined): GodwitError {
  return new GodwitError({
    code: 'project.unreadable-text',
    title: `${file} cannot be read`,
    detail,
    nextStep: 'Save the file as UTF-8 in your editor; split a large mapping into one file for each target.',
    fate: 'never',
    where: { file, ...(line === undefined ? {} : { line }) },
  });
}
