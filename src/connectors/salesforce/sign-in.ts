import { Secret } from '../../model/index.ts';
import { fixedToken, type Grant, type OAuthOptions, OAuthTokens, type TokenSource } from '../http/index.ts';
import type { SalesforceAddress } from './address.ts';

/** The tokens of one org, by the way its address says. */
export function tokensFor(
  { instance, login, signIn }: SalesforceAddress,
  wired: Omit<OAuthOptions, 'tokenUrl' | 'grant'>,
): TokenSource {
  if (signIn.by === 'access-token') return fixedToken(new Secret(`Bearer ${signIn.token.reveal()}`));
  const tokenUrl = new URL('/services/oauth2/token', login ?? instance).href;
  return new OAuthTokens({ ...wired, tokenUrl, grant: grantOf(signIn) });
}

function grantOf(signIn: Exclude<SalesforceAddress['signIn'], { by: 'access-token' }>): Grant {
  switch (signIn.by) {
    case 'client-credentials':
      return { kind: 'client-credentials', client: { id: signIn.clientId, secret: signIn.secret } };
    case 'refresh-token':
      return {
        kind: 'refresh-token',
        client: { id: signIn.clientId, secret: signIn.secret },
        refreshToken: signIn.token,
      };
    case 'jwt': {
      const { clientId: issuer, user: subject, audience, key } = signIn;
      return { kind: 'jwt-bearer', claims: { issuer, subject, audience }, key };
    }
  }
}
