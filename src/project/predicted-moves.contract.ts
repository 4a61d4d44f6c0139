import { expect } from 'vitest';
import { openPracticeHubspot, openPracticeSalesforce } from '../practice/index.ts';
import { type CountedMove, countMove, type StepCalls } from './counted-move.contract.ts';

const legacy = { name: 'Legacy__c', type: 'string', length: 20, unique: true, externalId: true };
const intoOrg = {
  company: 'source: company\ntarget: Account\nkey: Legacy__c\nfields:\n  Legacy__c: id::text\n  Name: name\n',
  person:
    "source: person\ntarget: Contact\nkey: Legacy__c\nfields:\n  Legacy__c: id::text\n  LastName: name\n  Email: email\n  AccountId: lookup('company', company_id)\n",
};
const intoAccount = {
  company:
    'source: company\ntarget: companies\nkey: hs_object_id\nfields:\n  legacy_id: id::text\n  name: name\n',
  person:
    'source: person\ntarget: contacts\nkey: hs_object_id\nfields:\n  legacy_id: id::text\n  lastname: name\n  email: email\n',
  link: "source: person\ntarget: contacts_to_companies\nkey: [from_id, to_id]\nfields:\n  from_id: lookup('person', id)\n  to_id: lookup('company', company_id)\n",
};

/** Companies, twice as many people, and how large a slice is. */
export type Size = Pick<CountedMove, 'companies' | 'rowsPerSlice'>;

export async function intoSalesforce(
  size: Size,
  callsADay: number,
  speed: number,
): Promise<readonly StepCalls[]> {
  const org = {
    callsADay,
    objects: ['Account', 'Contact'].map((name) => ({ name, fields: [legacy] })),
  };
  await using server = await openPracticeSalesforce({ state: ':memory:', org, speed });
  const target = `kind: salesforce, instance: '${server.url}', clock: practice, objects: [Account, Contact], sign_in: { by: client-credentials, client_id: practice, secret_env: ORG }`;
  return await countMove({ ...size, server, target, mapping: intoOrg });
}

export async function intoHubspot(size: Size): Promise<readonly StepCalls[]> {
  const unique = [{ name: 'legacy_id', type: 'string', unique: true }];
  const account = {
    callsPerTenSeconds: 100_000,
    searchesPerSecond: 1_000,
    search: { lagMs: 0 },
    objects: ['companies', 'contacts'].map((name) => ({ name, properties: unique })),
  };
  await using server = await openPracticeHubspot({ state: ':memory:', account, speed: 500 });
  const target = `kind: hubspot, api: '${server.url}', clock: practice, objects: [companies, contacts], sign_in: { by: access-token, token_env: HUB }`;
  return await countMove({ ...size, server, target, mapping: intoAccount });
}

/** Each step, and all of them, within a twentieth of what was said, or so many calls. */
export function expectPredicted(steps: readonly StepCalls[], slack: number): void {
  const sum = (at: 1 | 2): number => steps.reduce((all, step) => all + step[at], 0);
  for (const [, predicted, made] of [...steps, ['all', sum(1), sum(2)] as const])
    expect(Math.abs(made - predicted), JSON.stringify(steps)).toBeLessThanOrEqual(
      Math.max(slack, predicted / 20),
    );
}
