import { type Fate, GodwitError } from '../../model/index.ts';

/** Every failure that leaves the transport. None holds a token, a body, or the query of an address: those may be personal. */
export function costOverQuota(quota: string, cost: number, limit: number): GodwitError {
  return new GodwitError({
    code: 'http.cost-over-quota',
    title: 'A single call costs more than its whole quota',
    detail: `${quota}: ${cost} of ${limit}`,
    nextStep: 'Check the limit and the share of this quota; with a smaller batch a call costs less.',
    fate: 'never',
  });
}

export function bookForeign(path: string, why: string, cause?: unknown): GodwitError {
  return new GodwitError({
    code: 'http.book-unusable',
    title: 'The file in which quotas are kept cannot be used',
    detail: why,
    nextStep:
      'Put the file back as it was, or use the godwit version that wrote it. Removing it forgets what was used: wait for the longest quota to pass first.',
    fate: 'never',
    where: { file: path },
    cause,
  });
}

/** @param at ISO instant at which the quota comes back, as far as known */
export function quotaSpent(quota: string, at: string, waitMs: number): GodwitError {
  return new GodwitError({
    code: 'http.quota-spent',
    title: 'The quota is spent for longer than this call may wait',
    detail: `${quota}: free again at about ${at}, in ${Math.ceil(waitMs / 1000)} s`,
    nextStep:
      'Run the same command again then; it goes on where it stopped. Or ask the vendor for more calls.',
    fate: 'later',
  });
}

/** @param place method, host and path, never the query */
export function away(place: string, why: string, attempts: number): GodwitError {
  return new GodwitError({
    code: 'http.away',
    title: 'The system does not answer',
    detail: `${place}: ${why}, ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`,
    nextStep:
      'Look whether the system is up and reachable from here, then run again: what was done stays done.',
    fate: 'later',
  });
}

export function certificateRefused(place: string, why: string): GodwitError {
  return new GodwitError({
    code: 'http.certificate-refused',
    title: 'The server cannot prove who it is',
    detail: `${place}: ${why}`,
    nextStep:
      'If your organisation signs its own certificates, name the file of its authority under `tls` of this system. There is no way to connect without checking.',
    fate: 'never',
  });
}

export function foreignHost(host: string, known: readonly string[]): GodwitError {
  return new GodwitError({
    code: 'http.foreign-host',
    title: 'A link leads to a host that must not see the token',
    detail: `${host}; known: ${known.join(', ')}`,
    nextStep: 'If that host belongs to the vendor, add it to the hosts of this system; else tell the vendor.',
    fate: 'pause',
  });
}

export function signInRefused(place: string, reason: string, fate: Fate = 'pause'): GodwitError {
  return new GodwitError({
    code: 'http.sign-in-refused',
    title: 'The system refuses to sign us in',
    detail: `${place}: ${reason}`,
    nextStep:
      'Check the client, its key or secret, its scopes, and that its user is active; then run again: what was done stays done.',
    fate,
  });
}

export function answerTooLarge(place: string, mostBytes: number): GodwitError {
  return new GodwitError({
    code: 'http.answer-too-large',
    title: 'An answer is larger than it may be',
    detail: `${place}: more than ${mostBytes} bytes`,
    nextStep: 'Ask for smaller pages; if the answer is right to be that large, read it as a stream.',
    fate: 'never',
  });
}

export function requestTooLong(place: string, bytes: number, mostBytes: number): GodwitError {
  return new GodwitError({
    code: 'http.request-too-long',
    title: 'Address and headers of a call are longer than the system reads',
    detail: `${place}: ${bytes} bytes, ${mostBytes} are read`,
    nextStep: 'Ask for fewer fields or keys in one call.',
    fate: 'never',
  });
}

export function fetchUnknown(): GodwitError {
  return new GodwitError({
    code: 'http.runtime-unfit',
    title: 'This Node.js gives no way to verify certificates for certain',
    detail: `the built-in fetch of ${process.version} hides its connections`,
    nextStep: 'Use a Node.js version that this godwit was tested with.',
    fate: 'never',
  });
}

export function notEncrypted(host: string): GodwitError {
  return new GodwitError({
    code: 'http.not-encrypted',
    title: 'A token would travel without encryption',
    detail: host,
    nextStep: 'Use an https address. Only an address of this machine (127.0.0.1) may be http.',
    fate: 'never',
  });
}

export function noPracticeTime(host: string, why: string, cause?: unknown): GodwitError {
  return new GodwitError({
    code: 'http.no-practice-time',
    title: 'There is no practice system whose time could be taken',
    detail: `${host}: ${why}`,
    nextStep:
      'Start `godwit practice salesforce` or `godwit practice hubspot` at that address, or take `clock: practice` out of godwit.yaml: a real system lives in the time of the machine.',
    fate: 'never',
    cause,
  });
}
