import type { Secret } from '../../../model/index.ts';
import { signInRefused } from '../faults.ts';

/** What opens a system's door for a while. */
export interface AccessToken {
  /** The whole value of the header `Authorization`. */
  readonly header: Secret;
  /** Where the vendor says calls go, if it says so (`instance_url`). */
  readonly address: string | null;
  /** What it is given for (`scope` of RFC 6749, 5.1); null or absent where the vendor does not say. */
  readonly scopes?: readonly string[] | null;
}

export interface TokenSource {
  /** A token that may be used now. @param youngerMs where it can be renewed, one that was got no longer ago */
  token(youngerMs?: number): Promise<AccessToken>;
  /** One in place of a token the system did not take any more. Throws `http.sign-in-refused` where there is none. */
  renew(spent: AccessToken): Promise<AccessToken>;
}

/** A token or a pair of name and password that a person made; it cannot be renewed. @param header `Bearer ...`, `Basic ...` */
export function fixedToken(header: Secret): TokenSource {
  const token = { header, address: null };
  return {
    token: () => Promise.resolve(token),
    renew: () =>
      Promise.reject(
        signInRefused(
          'the token of this system',
          'it is not taken any more, and it is not one that can be renewed',
        ),
      ),
  };
}
