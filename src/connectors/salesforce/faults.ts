import { GodwitError } from '../../model/index.ts';

/** Every failure that leaves this shelf beside those of the transport. None holds a value of a record or a token. */
export function signInFailed(system: string, detail: string, cause: unknown): GodwitError {
  return new GodwitError({
    code: 'salesforce.sign-in-failed',
    title: 'Salesforce does not sign us in',
    detail,
    nextStep:
      'Check address, client, user and the environment variable of this system in godwit.yaml, and that the connected app is allowed to that user.',
    fate: 'never',
    where: { system },
    cause,
  });
}

export function noSandbox(name: string): GodwitError {
  return new GodwitError({
    code: 'salesforce.no-sandbox',
    title: 'Salesforce makes no sandbox beside an org',
    detail: name,
    nextStep: 'Rehearse against a practice Salesforce, or name a sandbox org of the vendor as the system.',
    fate: 'never',
  });
}

/** @param what which call, without keys and values @param code the vendor's own: `INVALID_FIELD` */
export function callRefused(what: string, status: number, code: string): GodwitError {
  return new GodwitError({
    code: 'salesforce.call-refused',
    title: 'Salesforce refuses a call',
    detail: `${what}: status ${status}, ${code}`,
    nextStep:
      'Look the code up in the vendor’s documentation. Most often a right of the user is missing, or an object or a field was changed since it was inspected.',
    fate: 'never',
  });
}

export function objectMissing(name: string): GodwitError {
  return new GodwitError({
    code: 'salesforce.object-missing',
    title: `There is no object ${name} that this user may read`,
    nextStep:
      'Check its API name under `objects` and in the mapping, and give the user the right to read it.',
    fate: 'never',
    where: { relation: name },
  });
}

/** @param what which call, without keys and values */
export function answerUnreadable(what: string, why: string, cause?: unknown): GodwitError {
  return new GodwitError({
    code: 'salesforce.answer-unreadable',
    title: 'An answer of Salesforce is not what its API promises',
    detail: `${what}: ${why}`,
    nextStep:
      'Run again: what was done stays done. If it happens again, look at what stands between here and the org.',
    fate: 'later',
    cause,
  });
}
