import { Secret } from '../../model/index.ts';
import { fixedToken, type OAuthOptions, OAuthTokens, type TokenSource } from '../http/index.ts';
import type { HubspotAddress } from './address.ts';

/** The tokens of one account, by the way its address says. */
export function tokensFor(
  { api, signIn }: HubspotAddress,
  wired: Omit<OAuthOptions, 'tokenUrl' | 'grant'>,
): TokenSource {
  if (signIn.by === 'access-token') return fixedToken(new Secret(`Bearer ${signIn.token.reveal()}`));
  const { clientId: id, secret, token: refreshToken } = signIn;
  return new OAuthTokens({
    ...wired,
    tokenUrl: new URL('/oauth/v1/token', api).href,
    grant: { kind: 'refresh-token', client: { id, secret }, refreshToken },
  });
}
