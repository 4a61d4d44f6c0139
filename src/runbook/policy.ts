import type { Notary } from '../host/index.ts';
import { canonicalJson } from '../ledger/index.ts';
import { isGodwitError, type Person, type Policy, type Role } from '../model/index.ts';
import { type Refusal, refused } from './refusal.ts';

/**
 * What the people section must be before any signature is judged by it: every name one person, every key one person's.
 * Throws `runbook.policy-invalid`.
 */
export function checkPolicy(policy: Policy, notary: Notary): void {
  const faults = [...doubledNames(policy), ...doubledKeys(policy), ...badKeys(policy, notary)];
  if (faults.length > 0)
    throw refused(faults.map((what): Refusal => ({ code: 'runbook.policy-invalid', what })));
}

/** Other people, roles or keys give another digest; the order in which they are listed does not. */
export function policyDigest(policy: Policy, digest: Notary['digest']): string {
  const people = policy.people.map(({ name, roles, keys, revoked = [] }) => ({
    name,
    roles: [...new Set(roles)].sort(),
    keys: [...new Set(keys)].sort(),
    revoked: [...new Set(revoked)].sort(),
  }));
  return digest(canonicalJson({ people: people.sort((a, b) => (a.name < b.name ? -1 : 1)) }));
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
