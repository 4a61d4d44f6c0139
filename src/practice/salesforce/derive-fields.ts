import { hash } from 'node:crypto';
import type { DescribedObject } from './described-object.ts';
import type { Row } from './record-tables.ts';

/** What the org computes of a record: whole names, whether it is closed, what it knows of a file. */
export function deriveFields(
  { name, fields }: DescribedObject,
  given: Row,
  before: Row | null,
): Record<string, Row[string]> {
  const row = { ...given, ...addressesOf(fields, given) };
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

const addressParts = ['City', 'Country', 'PostalCode', 'State', 'Street'];

/** Whole addresses, as answers show them; null where no part is there. */
function addressesOf(fields: DescribedObject['fields'], row: Row): Record<string, Row[string]> {
  return Object.fromEntries(
    fields
      .filter(({ kind }) => kind === 'address')
      .map(({ name }) => {
        const before = name.replace(/Address$/, '');
        const parts = addressParts.map((part) => [part, row[before + part] ?? null] as const);
        const shown = parts.map(([part, value]) => [part.charAt(0).toLowerCase() + part.slice(1), value]);
        const whole = {
          ...Object.fromEntries(shown),
          geocodeAccuracy: null,
          latitude: null,
          longitude: null,
        };
        return [name, parts.every(([, value]) => value === null) ? null : JSON.stringify(whole)];
      }),
  );
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
