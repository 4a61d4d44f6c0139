import { Secret } from '../../model/index.ts';
import {
  type AccessToken,
  fixedToken,
  type Grant,
  type OAuthOptions,
  OAuthTokens,
  type TokenSource,
} from '../http/index.ts';
import type { SalesforceAddress } from './address.ts';
import { rightMissing } from './faults.ts';

/** The tokens of one org, by the way its address says. */
export function tokensFor(
  { instance, login, signIn }: SalesforceAddress,
  wired: Omit<OAuthOptions, 'tokenUrl' | 'grant'>,
): TokenSource {
  if (signIn.by === 'access-token') return fixedToken(new Secret(`Bearer ${signIn.token.reveal()}`));
  const tokenUrl = new URL('/services/oauth2/token', login ?? instance).href;
  return forApi(new OAuthTokens({ ...wired, tokenUrl, grant: grantOf(signIn) }));
}

/** Tokens that are certainly of no use here are told as what they are: the connected app lost a scope. */
function forApi(tokens: TokenSource): TokenSource {
  const fit = (token: AccessToken): AccessToken => {
    const { scopes = null } = token;
    if (scopes === null || ['api', 'full'].some((scope) => scopes.includes(scope))) return token;
    const given = scopes.filter((scope) => /^[\w:.-]{1,80}$/.test(scope)).join(', ');
    throw rightMissing('sign-in', `the scope api of the connected app; it gives ${given || 'none'}`);
  };
  return {
    token: async (youngerMs) => fit(await tokens.token(youngerMs)),
    renew: async (spent) => fit(await tokens.renew(spent)),
  };
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
