import type { Person, Policy } from '../model/index.ts';
import { findPerson } from './policy.ts';
import { policyInWords } from './policy-in-words.ts';

/**
 * What another policy changes, in words, and then the whole of it: the text people read before they agree to it. It is made
 * from both policies alone, so that everybody who has them can make it again and compare.
 */
export function explainPolicyChange(current: Policy, next: Policy): string {
  const changes = [
    ...next.people.flatMap((person) => personChanges(findPerson(current, person.name), person)),
    ...current.people
      .filter(({ name }) => findPerson(next, name) === undefined)
      .map(({ name, roles }) => `${name} is gone (was ${roles.join(', ') || 'without a role'})`),
    ...ruleChanges(current, next),
  ];
  return [
    '# What changes',
    ...changes.map((change) => `- ${change}`),
    '',
    '# Who decides from then on',
    ...policyInWords(next),
    '',
  ].join('\n');
}

function personChanges(before: Person | undefined, now: Person): readonly string[] {
  const { name, roles, keys, revoked = [] } = now;
  if (before === undefined)
    return [`${name} is new: ${roles.join(', ') || 'without a role'}, with the keys ${list(keys)}`];
  const earlier = { keys: before.keys, revoked: before.revoked ?? [] };
  return [
    ...gone(before.roles, roles).map((role) => `${name} is no ${role} any more`),
    ...gone(roles, before.roles).map((role) => `${name} becomes ${role}`),
    ...gone(keys, earlier.keys).map((key) => `${name} gets the key ${key}`),
    ...gone(earlier.keys, keys).map((key) => `${name} loses the key ${key}`),
    ...gone(revoked, earlier.revoked).map(
      (key) => `nothing counts that was ever signed with ${key} of ${name}`,
    ),
    ...gone(earlier.revoked, revoked).map((key) => `${key} of ${name} is revoked no more`),
    ...(sameTimes(before, now) ? [] : [`the times at which keys of ${name} count are others`]),
  ];
}

const gone = <Item>(from: readonly Item[], in_: readonly Item[]): readonly Item[] =>
  from.filter((item) => !in_.includes(item));

const list = (items: readonly string[]): string => items.join(', ') || 'none';

function sameTimes({ windows: before = [] }: Person, { windows: now = [] }: Person): boolean {
  const told = (all: typeof before): string =>
    all
      .map(({ key, notBefore, notAfter }) => [key, notBefore, notAfter].join(' '))
      .sort()
      .join('\n');
  return told(before) === told(now);
}

function ruleChanges(current: Policy, next: Policy): readonly string[] {
  const before = policyInWords({ ...current, people: [] });
  const now = policyInWords({ ...next, people: [] });
  return [
    ...gone(before, now).map((rule) => `no more: ${rule.replace(/^- /, '')}`),
    ...gone(now, before).map((rule) => `from then on: ${rule.replace(/^- /, '')}`),
  ];
}
