import { GodwitError } from '../../model/index.ts';

/** Every failure that leaves this shelf beside those of the transport. None holds a value of a record or a token. */
export function signInFailed(system: string, detail: string, cause: unknown): GodwitError {
  return new GodwitError({
    code: 'hubspot.sign-in-failed',
    title: 'HubSpot does not sign us in',
    detail,
    nextStep:
      'Check the address, the client and the environment variable of this system in godwit.yaml, and that the app is still installed in the account.',
    fate: 'never',
    where: { system },
    cause,
  });
}

export function noSandbox(name: string): GodwitError {
  return new GodwitError({
    code: 'hubspot.no-sandbox',
    title: 'HubSpot makes no sandbox beside an account',
    detail: name,
    nextStep:
      'Name a practice HubSpot, or a sandbox account of the vendor, as `systems: sandbox` in godwit.yaml, then rehearse again.',
    fate: 'never',
  });
}

export function notASandbox(account: string, type: string): GodwitError {
  return new GodwitError({
    code: 'hubspot.not-a-sandbox',
    title: 'The account that is named as the sandbox is none',
    detail: `account ${account}, ${type.toLowerCase().replaceAll('_', ' ')}`,
    nextStep:
      'Name a practice HubSpot, a sandbox account of the vendor or a test account of developers as `systems: sandbox` in godwit.yaml. Nothing was written.',
    fate: 'never',
  });
}

/** @param what which call, without keys and values @param category the vendor's own: `VALIDATION_ERROR` */
export function callRefused(what: string, status: number, category: string): GodwitError {
  return new GodwitError({
    code: 'hubspot.call-refused',
    title: 'HubSpot refuses a call',
    detail: `${what}: status ${status}, ${category}`,
    nextStep:
      'Look the category up in the vendor’s documentation. Most often an object or a property was changed since it was inspected.',
    fate: 'never',
  });
}

/** @param scopes one of them is needed; empty where the vendor does not say */
export function scopeMissing(what: string, scopes: readonly string[]): GodwitError {
  return new GodwitError({
    code: 'hubspot.scope-missing',
    title: 'The app may not make a call',
    detail: scopes.length === 0 ? what : `${what}: one of ${scopes.join(', ')}`,
    nextStep:
      'Give the app the scope in the account’s settings, or leave the object out of `objects`; then run again: what was done stays done.',
    fate: 'pause',
  });
}

export function objectMissing(name: string): GodwitError {
  return new GodwitError({
    code: 'hubspot.object-missing',
    title: `There is no object ${name} that this app may read`,
    nextStep: 'Check its name under `objects` and in the mapping, and give the app the scope to read it.',
    fate: 'never',
    where: { relation: name },
  });
}

/** @param what which call, without keys and values */
export function answerUnreadable(what: string, why: string, cause?: unknown): GodwitError {
  return new GodwitError({
    code: 'hubspot.answer-unreadable',
    title: 'An answer of HubSpot is not what its API promises',
    detail: `${what}: ${why}`,
    nextStep:
      'Run again: what was done stays done. If it happens again, look at what stands between here and the account.',
    fate: 'later',
    cause,
  });
}

/** Throws at the first slice; the mapping check and the plan tell it before. */
export function noUniqueProperty(relation: string): GodwitError {
  return new GodwitError({
    code: 'hubspot.no-unique-property',
    title: `Nothing that is written names a record of ${relation}`,
    detail: 'an answer that is lost could then not be told from a record that is not there',
    nextStep:
      'Have an admin make a property with unique values for the old id, and map it: a record is then written once, whatever happens on the way.',
    fate: 'never',
    where: { relation },
  });
}

export function keyUnfit(relation: string, key: readonly string[]): GodwitError {
  return new GodwitError({
    code: 'hubspot.key-unfit',
    title: `Records of ${relation} cannot be found by this key`,
    detail: key.length === 0 ? 'no key' : key.join(', '),
    nextStep: 'Name `hs_object_id` or one unique property of texts as the key, and map it.',
    fate: 'never',
    where: { relation },
  });
}

export function notWritten(relation: string): GodwitError {
  return new GodwitError({
    code: 'hubspot.not-written',
    title: `${relation} cannot be written`,
    detail: 'the account keeps it by itself',
    nextStep: 'Take it out of the mapping; who owns records is made by an admin of the account.',
    fate: 'never',
    where: { relation },
  });
}

/** @param rounds how often they were sent */
export function neverThere(relation: string, records: number, rounds: number): GodwitError {
  return new GodwitError({
    code: 'hubspot.never-there',
    title: 'HubSpot does not keep what it says it keeps',
    detail: `${relation}: ${records} records were sent ${rounds} times and are not there`,
    nextStep: 'Run again later: what was done stays done. If it happens again, ask the vendor.',
    fate: 'later',
    where: { relation },
  });
}

export function stateNewer(path: string, found: number, known: number): GodwitError {
  return new GodwitError({
    code: 'hubspot.state-newer',
    title: 'What was written into this account was noted by a newer godwit',
    detail: `format ${found}, this version knows up to ${known}`,
    nextStep: 'Use the godwit version that wrote it, or a later one.',
    fate: 'never',
    where: { file: path },
  });
}
