import { sign } from 'node:crypto';
import { Secret } from '../../../model/index.ts';

/** Who signs for whom, towards whom. */
export interface JwtClaims {
  /** `iss`: the client. */
  readonly issuer: string;
  /** `sub`: the user it acts for. */
  readonly subject: string;
  /** `aud`: the vendor's sign-in service. */
  readonly audience: string;
}

/** Vendors take assertions that last no longer than some minutes; three are taken by all of them, and bear a clock that is off. */
const lastsSeconds = 180;

/**
 * A signed assertion for the JWT bearer grant (RFC 7523, RS256 of RFC 7518).
 *
 * @param key RSA private key, PEM
 * @param nowMs the vendor's time, as far as known: its clock decides whether the assertion has expired
 */
export function jwtAssertion(claims: JwtClaims, key: Secret, nowMs: number, id: string): Secret {
  const { issuer: iss, subject: sub, audience: aud } = claims;
  const now = Math.floor(nowMs / 1_000);
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iss, sub, aud, exp: now + lastsSeconds, jti: id })}`;
  const signature = sign('RSA-SHA256', Buffer.from(text), key.reveal()).toString('base64url');
  return new Secret(`${text}.${signature}`);
}

const part = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url');
