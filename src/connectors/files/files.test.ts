import { join } from 'node:path';
import type { FieldType, Value } from '../../model/index.ts';
import { connectorContract } from '../connector.contract.ts';
import { filesConnector } from './index.ts';
import { asText, PlainFolder } from './plain-folder.contract.ts';

/** A CSV file holds text: every value comes back as its text. */
function asCsvText(_type: FieldType, value: Value): Value {
  return value === null ? null : asText(value);
}

for (const format of ['csv', 'jsonl'] as const) {
  const broken = [
    { title: 'a folder that is not there', address: 'missing' },
    { title: 'a file instead of a folder', address: import.meta.filename },
  ];
  connectorContract(format, {
    connector: filesConnector(format),
    fresh: async () => new PlainFolder(format),
    broken: broken.map(({ title, address }) => ({
      title,
      address: () => ({ folder: join(import.meta.dirname, address), format, options: {} }),
      secret: null,
      fate: 'never' as const,
    })),
    ...(format === 'csv' ? { asRead: asCsvText } : {}),
  });
}
