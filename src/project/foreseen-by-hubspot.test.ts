import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { Secret } from '../model/index.ts';
import { openPracticeHubspot } from '../practice/index.ts';
import { checkMap } from './check-map.ts';
import { openProject } from './project.ts';

/** What rules of an account would refuse record by record is found by `godwit map check`; what cannot be decided is told. */
const rule = (ruleType: string, ...ruleArguments: string[]) => ({ ruleType, ruleArguments });
const account = {
  callsPerTenSeconds: 100_000,
  objects: [
    {
      name: 'contacts',
      properties: [
        { name: 'legacy_id', unique: true },
        { name: 'lastname', rules: [rule('MAX_LENGTH', '5')] },
        {
          name: 'order_id',
          rules: [rule('ALPHANUMERIC', 'NUMERIC_ONLY'), rule('REGEX', '^4', 'Begins with 4')],
        },
        { name: 'amount', type: 'number', rules: [rule('DECIMAL', '1'), rule('MAX_NUMBER', '100')] },
      ],
    },
  ],
};
const people = `source: person
target: contacts
key: hs_object_id
fields:
  legacy_id: id::text
  lastname: name
  order_id: reference
  amount: amount
`;

test('values that break a rule of a property, and a rule that cannot be held against them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-rules-'));
  await using server = await openPracticeHubspot({ state: ':memory:', account });
  mkdirSync(join(folder, 'mapping'));
  {
    using source = new DatabaseSync(join(folder, 'old.sqlite'));
    source.exec(`CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, reference TEXT, amount DECIMAL(10,3));
      INSERT INTO person VALUES (1, 'Ada', '41', 99.5), (2, 'Lovelace', '4-2', 1.25), (3, 'Grace', '43', 101)`);
  }
  const target = `{ kind: hubspot, api: '${server.url}', sign_in: { by: access-token, token_env: T }, objects: [contacts] }`;
  const systems = `  source: { kind: sqlite, path: old.sqlite }\n  target: ${target}\n`;
  writeFileSync(join(folder, 'godwit.yaml'), `format: 1\nproject: rules\nsystems:\n${systems}`);
  writeFileSync(join(folder, 'mapping', 'people.yaml'), people);
  const environment = { secret: () => new Secret('pat-practice'), text: () => null };
  await using project = await openProject(folder, { environment });
  const { findings } = await checkMap(project, { showValues: true, onProgress: () => undefined });
  expect(
    findings.map(({ code, severity, where, records, detail }) => [
      code,
      severity,
      where.field,
      records,
      detail,
    ]),
  ).toEqual([
    [
      'fit.not-held',
      'block',
      'lastname',
      '1',
      'name -> lastname, text(65536): target.type: the rule MAX_LENGTH (5) of the property refuses it',
    ],
    [
      'fit.not-held',
      'block',
      'order_id',
      '1',
      'reference -> order_id, text(65536): target.type: the rule ALPHANUMERIC (NUMERIC_ONLY) of the property refuses it',
    ],
    [
      'fit.not-held',
      'block',
      'amount',
      '2',
      'amount -> amount, decimal: target.type: the rule DECIMAL (1) of the property refuses it; the rule MAX_NUMBER (100) of the property refuses it',
    ],
    [
      'mapping.rule-unchecked',
      'note',
      'order_id',
      null,
      'the account holds values against REGEX (^4, Begins with 4), and how exactly is not known here',
    ],
  ]);
  rmSync(folder, { recursive: true, force: true });
});
