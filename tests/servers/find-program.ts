import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of a program of the operating system, servers' folders included; null when it is not installed. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}
