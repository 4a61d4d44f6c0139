import { expect, test } from 'vitest';
import { relation, schema, text } from '../../../tests/examples/schemas.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import { FolderOfFiles } from './folder-of-files.contract.ts';
import { filesConnector } from './index.ts';

test.each(['a/b', '..', '.hidden', 'x'.repeat(201)])(
  '%j is refused before anything is made',
  async (name) => {
    await using folder = new FolderOfFiles('csv', {});
    await using target = await filesConnector('csv').open(folder.address, contextFor('target'));
    const from = schema([relation(name, { id: text })]);
    expect(() => target.creates?.statements(from, [name])).toThrow(
      expect.objectContaining({ code: 'files.name-unusable' }),
    );
  },
);
