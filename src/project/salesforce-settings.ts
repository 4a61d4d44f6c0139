import { join } from 'node:path';
import { z } from 'zod';
import type { SalesforceAddress, SalesforceSignIn } from '../connectors/index.ts';
import type { Secret } from '../model/index.ts';
import { text, whole } from './setting-values.ts';

/** What `godwit.yaml` says of an org of Salesforce, settled. */
export interface SalesforceSettings {
  readonly kind: 'salesforce';
  readonly instance: string;
  readonly login: string | null;
  readonly sign_in: SignInSettings;
  readonly version: string;
  readonly objects: readonly string[] | null;
  readonly calls_percent: number;
  readonly tls: 'verify' | { readonly ca: string };
  readonly clock: 'machine' | 'practice';
}

type SignInSettings =
  | { readonly by: 'access-token'; readonly token_env: string }
  | { readonly by: 'client-credentials'; readonly client_id: string; readonly secret_env: string }
  | {
      readonly by: 'refresh-token';
      readonly client_id: string;
      readonly secret_env: string | null;
      readonly token_env: string;
    }
  | {
      readonly by: 'jwt';
      readonly client_id: string;
      readonly user: string;
      readonly audience: string;
      readonly key_env: string;
    };

const acceptedAddress = 'an address, for example https://acme.my.salesforce.com';

const address = text(acceptedAddress).refine(
  (given) => ['https:', 'http:'].includes(URL.parse(given)?.protocol ?? ''),
  { error: acceptedAddress },
);
const clientId = text('the client id of a connected app');

/** @param environmentName how the name of an environment variable is read */
export function salesforceForm(
  environmentName: z.ZodType<string, string>,
): z.ZodType<SalesforceSettings> & z.core.$ZodTypeDiscriminable {
  const signIn = z.discriminatedUnion(
    'by',
    [
      z.strictObject(
        { by: z.literal('access-token'), token_env: environmentName },
        { error: 'by, token_env' },
      ),
      z.strictObject(
        { by: z.literal('client-credentials'), client_id: clientId, secret_env: environmentName },
        { error: 'by, client_id, secret_env' },
      ),
      z.strictObject(
        {
          by: z.literal('refresh-token'),
          client_id: clientId,
          secret_env: environmentName.nullish().default(null),
          token_env: environmentName,
        },
        { error: 'by, client_id, secret_env, token_env' },
      ),
      z.strictObject(
        {
          by: z.literal('jwt'),
          client_id: clientId,
          user: text('the name of a user'),
          audience: address.default('https://login.salesforce.com'),
          key_env: environmentName,
        },
        { error: 'by, client_id, user, audience, key_env' },
      ),
    ],
    { error: 'by: client-credentials, jwt, refresh-token or access-token' },
  );
  return z.strictObject(
    {
      kind: z.literal('salesforce'),
      instance: address,
      login: address.nullish().default(null),
      sign_in: signIn,
      version: z
        .string({ error: 'a version of the API, for example 62.0' })
        .regex(/^\d\d\.0$/, { error: 'a version of the API, for example 62.0' })
        .default('62.0'),
      objects: z
        .array(
          z
            .string({ error: 'the API name of an object' })
            .regex(/^\w+$/, { error: 'the API name of an object' }),
          {
            error: 'a list of API names, for example [Account, Invoice__c]',
          },
        )
        .nullish()
        .default(null),
      calls_percent: whole('a number from 1 to 100', 1, 100).default(100),
      tls: z
        .union([z.literal('verify'), z.strictObject({ ca: text('the path of a certificate file') })], {
          error: 'verify (default), or ca: path of a certificate file',
        })
        .default('verify'),
      clock: z.enum(['machine', 'practice'], { error: 'machine (default) or practice' }).default('machine'),
    },
    { error: 'kind, instance, login, sign_in, version, objects, calls_percent, tls, clock' },
  );
}

export interface SalesforceSurroundings {
  /** Where this project keeps what no version control sees. */
  readonly state: string;
  readonly secret: (name: string, purpose: string) => Secret;
  readonly file: (path: string) => string;
}

/** Calls of all commands of a project on this machine are counted in one file, unless several machines count them together. */
export function salesforceAddress(
  settings: SalesforceSettings,
  { state, secret, file }: SalesforceSurroundings,
): SalesforceAddress {
  const { instance, login, version, objects, calls_percent, tls, clock, sign_in } = settings;
  return {
    instance,
    login,
    signIn: signInOf(sign_in, instance, secret),
    version,
    objects,
    share: calls_percent / 100,
    quotas: join(state, 'quotas.sqlite'),
    journal: join(state, 'written.sqlite'),
    ...(tls === 'verify' ? {} : { ca: file(tls.ca) }),
    clock,
  };
}

function signInOf(
  settings: SignInSettings,
  instance: string,
  secret: SalesforceSurroundings['secret'],
): SalesforceSignIn {
  switch (settings.by) {
    case 'access-token':
      return { by: settings.by, token: secret(settings.token_env, `an access token for ${instance}`) };
    case 'client-credentials':
      return {
        by: settings.by,
        clientId: settings.client_id,
        secret: secret(settings.secret_env, `the client secret for ${instance}`),
      };
    case 'refresh-token':
      return {
        by: settings.by,
        clientId: settings.client_id,
        secret:
          settings.secret_env === null
            ? null
            : secret(settings.secret_env, `the client secret for ${instance}`),
        token: secret(settings.token_env, `a refresh token for ${instance}`),
      };
    case 'jwt': {
      const { by, client_id, user, audience, key_env } = settings;
      const key = secret(key_env, `the private key (PEM) with which we sign in at ${instance}`);
      return { by, clientId: client_id, user, audience, key };
    }
  }
}
