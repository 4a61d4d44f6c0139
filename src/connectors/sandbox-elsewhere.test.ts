import { afterEach, expect, test, vi } from 'vitest';
import { contextFor } from './contract/contract-world.contract.ts';
import { hubspot } from './hubspot/index.ts';
import { PracticeAccount } from './hubspot/practice-account.contract.ts';
import { salesforce } from './salesforce/index.ts';
import { PracticeOrg } from './salesforce/practice-org.contract.ts';

/** Whoever is opened as a sandbox is asked what it is, before anything else: a rehearsal needs nobody's approval. */
afterEach(() => {
  vi.unstubAllGlobals();
});

/** The practice system under the vendor's address: calls go to it as they are, answers come as they are. */
function standsFor(vendor: string, practice: string): void {
  const real = globalThis.fetch;
  vi.stubGlobal('fetch', async (url: string | URL, init?: RequestInit) => {
    const asked = new URL(url);
    if (asked.origin !== vendor) return await real(url, init);
    return await real(`${practice}${asked.pathname}${asked.search}`, init);
  });
}

test.each([
  ['elsewhere', 'sandbox', 'hubspot.not-a-sandbox'],
  ['elsewhere', 'target', null],
  ['on this machine', 'sandbox', null],
] as const)('a standard account of HubSpot %s, opened as %s: %s', async (where, role, code) => {
  await using account = await PracticeAccount.open();
  const vendor = 'https://api.hubapi.com';
  standsFor(vendor, account.address.api);
  const api = where === 'elsewhere' ? vendor : account.address.api;
  const opening = async (): Promise<string> => {
    await using system = await hubspot.open({ ...account.address, api }, contextFor(role));
    return (await system.describe()).version;
  };
  if (code === null) expect(await opening()).toContain('standard account');
  else await expect(opening()).rejects.toMatchObject({ code, fate: 'never' });
});

test.each([
  ['enterprise', 'sandbox', 'salesforce.not-a-sandbox'],
  ['enterprise', 'target', null],
  ['full-sandbox', 'sandbox', null],
  ['developer', 'sandbox', null],
] as const)('an org of Salesforce elsewhere, %s, opened as %s: %s', async (edition, role, code) => {
  await using org = await PracticeOrg.open();
  await org.define([], { edition });
  const vendor = 'https://acme.my.salesforce.com';
  standsFor(vendor, org.address.instance);
  const opening = async (): Promise<string> => {
    await using system = await salesforce.open({ ...org.address, instance: vendor }, contextFor(role));
    return (await system.describe()).version;
  };
  if (code === null) expect(await opening()).toMatch(/^Salesforce /);
  else await expect(opening()).rejects.toMatchObject({ code, fate: 'never' });
});
