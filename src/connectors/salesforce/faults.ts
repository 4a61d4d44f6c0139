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
    nextStep:
      'Name a practice Salesforce, or a sandbox of the vendor, as `systems: sandbox` in godwit.yaml, then rehearse again.',
    fate: 'never',
  });
}

export function notASandbox(org: string, edition: string): GodwitError {
  return new GodwitError({
    code: 'salesforce.not-a-sandbox',
    title: 'The org that is named as the sandbox is none',
    detail: `org ${org}, ${edition}`,
    nextStep:
      'Name a practice Salesforce, a sandbox of the vendor or an org for developers as `systems: sandbox` in godwit.yaml. Nothing was written.',
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

/** @param what which call, without keys and values @param right the vendor's code, or what is missing */
export function rightMissing(what: string, right: string): GodwitError {
  return new GodwitError({
    code: 'salesforce.right-missing',
    title: 'The user of this org may not do what a call needs',
    detail: `${what}: ${right}`,
    nextStep:
      'Have an admin give the right back to the user, its permission sets or the connected app; then run again: what was done stays done.',
    fate: 'pause',
  });
}

/** @param what which call, without keys and values */
export function policyTooSlow(what: string, cause: unknown): GodwitError {
  return new GodwitError({
    code: 'salesforce.policy-too-slow',
    title: 'A transaction security policy of the org takes too long over our calls',
    detail: `${what}: status 400, TXN_SECURITY_METERING_ERROR, tried several times`,
    nextStep:
      'Nothing to do at first: it is tried again. If it goes on, have an admin give the user of this system the permission “Exempt from Transaction Security” for the move.',
    fate: 'later',
    cause,
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

/** @param own the field that may be made instead @param length its length */
export function noKey(object: string, own: string, length: number): GodwitError {
  return new GodwitError({
    code: 'salesforce.no-key',
    title: `Records of ${object} have no key by which Salesforce keeps them from being created twice`,
    detail: 'none of the written fields is both an external id and unique',
    nextStep: `Have an admin mark the field that holds the old key as external id and unique and map it, or create a text field ${own} of ${length} characters on ${object}, external id and unique, which the run fills by itself.`,
    fate: 'never',
    where: { relation: object },
  });
}

export function recordsLocked(object: string, count: number): GodwitError {
  return new GodwitError({
    code: 'salesforce.records-locked',
    title: 'Records of Salesforce stay locked by others',
    detail: `${object}: ${count} records, tried several times`,
    nextStep:
      'Nothing to do at first: the slice is tried again. If it goes on, look for another integration or a batch job of the org that works on the same parents.',
    fate: 'later',
    where: { relation: object },
  });
}

/** @param count records of which the org said that they were saved, and which are not there */
export function notKept(object: string, count: number): GodwitError {
  return new GodwitError({
    code: 'salesforce.not-kept',
    title: 'Salesforce says that it saved records, and does not have them',
    detail: `${object}: ${count} records, also after they were sent again`,
    nextStep:
      'Look whether automation of the org deletes new records of this object, switch it off for the move, and run again.',
    fate: 'pause',
    where: { relation: object },
  });
}

/** @param count records of which the org said that they were deleted, and which are there */
export function notDeleted(object: string, count: number): GodwitError {
  return new GodwitError({
    code: 'salesforce.not-deleted',
    title: 'Salesforce says that it deleted records, and still has them',
    detail: `${object}: ${count} records, also after they were deleted again`,
    nextStep:
      'Look whether automation of the org brings deleted records of this object back, switch it off, and take the run back again.',
    fate: 'pause',
    where: { relation: object },
  });
}

export function notWritable(object: string, why: string): GodwitError {
  return new GodwitError({
    code: 'salesforce.not-writable',
    title: `Records of ${object} cannot be written`,
    detail: why,
    nextStep: 'Give the user the right to it, or take the field out of the mapping.',
    fate: 'never',
    where: { relation: object },
  });
}
