import { hash } from 'node:crypto';
import type { DescribedObject } from './described-object.ts';
import type { Row } from './record-tables.ts';

/** What the org computes of a record: whole names, whether it is closed, what it knows of a file. */
export function deriveFields(
  { name }: DescribedObject,
  row: Row,
  before: Row | null,
): Record<string, Row[string]> {
  if (name === 'Contact' || name === 'User') {
    const parts = [row['FirstName'], row['LastName']].filter((part) => typeof part === 'string');
    return { ...row, Name: parts.length === 0 ? null : parts.join(' ') };
  }
  if (name === 'Opportunity') {
    const stage = row['StageName'];
    return {
      ...row,
      IsClosed: Number(String(stage).startsWith('Closed')),
      IsWon: Number(stage === 'Closed Won'),
    };
  }
  if (name === 'Task') return { ...row, IsClosed: Number(row['Status'] === 'Completed') };
  if (name === 'ContentVersion' && before === null) return { ...row, ...ofFile(row) };
  return { ...row };
}

function ofFile(row: Row): Record<string, Row[string]> {
  const bytes = row['VersionData'] instanceof Uint8Array ? row['VersionData'] : new Uint8Array();
  const path = String(row['PathOnClient'] ?? '');
  const file = path.split(/[\\/]/).at(-1) ?? path;
  return {
    Title: row['Title'] ?? file.replace(/\.[^.]*$/, ''),
    FileExtension: /\.([^.]+)$/.exec(file)?.[1] ?? null,
    ContentSize: bytes.length,
    Checksum: hash('md5', bytes, 'hex'),
    IsLatest: 1,
  };
}
