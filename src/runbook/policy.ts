import type { Notary } from '../host/index.ts';
import { canonicalJson } from '../ledger/index.ts';
import { isGodwitError, type KeyWindow, type Person, type Policy, type Role } from '../model/index.ts';
import { type Refusal, refused } from './refusal.ts';

/**
 * What the people section must be before any signature is judged by it: every name one person, every key one person's.
 * Throws `runbook.policy-invalid`.
 */
export function checkPolicy(policy: Policy, notary: Notary): void {
  const faults = [
    ...doubledNames(policy),
    ...doubledKeys(policy),
    ...badKeys(policy, notary),
    ...looseWindows(policy),
  ];
  if (faults.length > 0)
    throw refused(faults.map((what): Refusal => ({ code: 'runbook.policy-invalid', what })));
}

/** Other people, roles, keys or rules give another digest; the order in which they are listed does not. */
export function policyDigest(policy: Policy, digest: Notary['digest']): string {
  return digest(policyText(policy));
}

/** A policy as the text whose SHA-256 is its digest. */
export function policyText({ people, approvals, breakGlass }: Policy): string {
  const settled = people.map(({ name, roles, keys, revoked = [], windows = [] }) => ({
    name,
    roles: [...new Set(roles)].sort(),
    keys: [...new Set(keys)].sort(),
    revoked: [...new Set(revoked)].sort(),
    ...(windows.length === 0 ? {} : { windows: [...windows].sort((a, b) => (a.key < b.key ? -1 : 1)) }),
  }));
  return canonicalJson({
    people: settled.sort((a, b) => (a.name < b.name ? -1 : 1)),
    ...(approvals ? { approvals } : {}),
    ...(breakGlass ? { breakGlass } : {}),
  });
}

/** Why a key of a person does not count at an instant; null when it does. */
export function keyFault(person: Person, key: string, instant: string): string | null {
  if (!person.keys.includes(key) || person.revoked?.includes(key)) return `the revoked key ${key}`;
  const { notBefore = null, notAfter = null } = person.windows?.find((one) => one.key === key) ?? {};
  if (notBefore !== null && instant < notBefore) return `the key ${key}, which counts from ${notBefore}`;
  if (notAfter !== null && instant >= notAfter) return `the key ${key}, which counted until ${notAfter}`;
  return null;
}

export function findPerson(policy: Policy, name: string): Person | undefined {
  return policy.people.find((person) => person.name === name);
}

export function hasRole(person: Person | undefined, role: Role): boolean {
  return person?.roles.includes(role) ?? false;
}

export function ownerOfKey(policy: Policy, key: string): Person | undefined {
  return policy.people.find(({ keys, revoked = [] }) => keys.includes(key) || revoked.includes(key));
}

/** Names that look or sort alike are one name: composed or decomposed letters, wide letters, capitals. */
const sameName = (name: string): string => name.normalize('NFKC').trim().toLowerCase();

function doubledNames({ people }: Policy): readonly string[] {
  const seen = new Map<string, string>();
  return people.flatMap(({ name }) => {
    const known = seen.get(sameName(name));
    seen.set(sameName(name), name);
    if (name.trim() === '' || name !== name.trim())
      return [`the name ${JSON.stringify(name)} is empty or padded`];
    return known === undefined ? [] : [`${name} and ${known} are one name`];
  });
}

function doubledKeys({ people }: Policy): readonly string[] {
  const owner = new Map<string, string>();
  return people.flatMap(({ name, keys, revoked = [] }) =>
    [...new Set([...keys, ...revoked])].flatMap((key) => {
      const known = owner.get(key);
      owner.set(key, name);
      return known === undefined ? [] : [`${name} and ${known} have the same key ${key}`];
    }),
  );
}

function looseWindows({ people }: Policy): readonly string[] {
  return people.flatMap(({ name, keys, windows = [] }) => {
    const strange = windows.filter(({ key }) => !keys.includes(key));
    const twice = windows.filter((one, at) => windows.findIndex(({ key }) => key === one.key) !== at);
    return [
      ...strange.map(({ key }) => `${name} has a time for ${key}, which is no key of theirs`),
      ...twice.map(({ key }) => `${name} has two times for ${key}`),
      ...windows.filter(isEmpty).map(({ key }) => `the time of ${key} of ${name} ends before it begins`),
    ];
  });
}

const isEmpty = ({ notBefore, notAfter }: KeyWindow): boolean =>
  notBefore !== null && notAfter !== null && notAfter <= notBefore;

function badKeys({ people }: Policy, notary: Notary): readonly string[] {
  return people.flatMap(({ name, keys, revoked = [] }) =>
    [...keys, ...revoked].flatMap((key) => {
      try {
        notary.verify(key, new Uint8Array(), new Uint8Array(64));
        return [];
      } catch (error) {
        if (!isGodwitError(error)) throw error;
        return [`a key of ${name}: ${error.detail}`];
      }
    }),
  );
}
