import { expect, it } from 'vitest';
import { countedReferences } from '../references-query.contract.ts';
import { onEachServer } from './on-each-server.contract.ts';

onEachServer('references counted by a join', (server) => {
  it('follow the rules of the server, find those that lead nowhere, and leave out those that hold no value', async () => {
    await using opened = await server.open([
      'CREATE TABLE `a ``firm``` (code varchar(9) COLLATE utf8mb4_general_ci PRIMARY KEY, part int, number int, KEY (part, number))',
      `CREATE TABLE people (id int PRIMARY KEY, firm varchar(9) COLLATE utf8mb4_general_ci, boss int, part int, number int,
        FOREIGN KEY (firm) REFERENCES \`a \`\`firm\`\`\` (code), FOREIGN KEY (boss) REFERENCES people (id),
        FOREIGN KEY (part, number) REFERENCES \`a \`\`firm\`\`\` (part, number))`,
      "INSERT INTO `a ``firm``` VALUES ('one', 1, 1), ('two', 1, 1), ('three', NULL, 1)",
      "INSERT INTO people VALUES (1, 'ONE', NULL, 1, 1), (2, 'two', 1, 1, NULL), (3, NULL, 1, 1, 1)",
      'SET foreign_key_checks = 0',
      "INSERT INTO people VALUES (5, 'none', 8, 1, 3), (6, 'One', 1, NULL, 1)",
    ]);
    await using snapshot = await opened.system.reads.snapshot();
    const child = await opened.relation('people');
    expect(await countedReferences(snapshot, child, async (name) => opened.relation(name))).toEqual({
      firm: ['4', '1'],
      boss: ['4', '1'],
      'part number': ['3', '1'],
    });
  });
});
