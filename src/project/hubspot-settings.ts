import { join } from 'node:path';
import { z } from 'zod';
import type { HubspotAddress, HubspotSignIn } from '../connectors/index.ts';
import type { Secret } from '../model/index.ts';
import { text, whole } from './setting-values.ts';

/** What `godwit.yaml` says of an account of HubSpot, settled. */
export interface HubspotSettings {
  readonly kind: 'hubspot';
  readonly api: string;
  readonly sign_in: SignInSettings;
  readonly objects: readonly string[] | null;
  readonly archived: 'read' | 'leave';
  readonly calls_percent: number;
  readonly tls: 'verify' | { readonly ca: string };
  readonly clock: 'machine' | 'practice';
}

type SignInSettings =
  | { readonly by: 'access-token'; readonly token_env: string }
  | {
      readonly by: 'refresh-token';
      readonly client_id: string;
      readonly secret_env: string;
      readonly token_env: string;
    };

const acceptedAddress = 'an address, for example https://api.hubapi.com';
const acceptedObject = 'the name of an object, for example contacts';

/** @param environmentName how the name of an environment variable is read */
export function hubspotForm(
  environmentName: z.ZodType<string, string>,
): z.ZodType<HubspotSettings> & z.core.$ZodTypeDiscriminable {
  const signIn = z.discriminatedUnion(
    'by',
    [
      z.strictObject(
        { by: z.literal('access-token'), token_env: environmentName },
        { error: 'by, token_env' },
      ),
      z.strictObject(
        {
          by: z.literal('refresh-token'),
          client_id: text('the client id of an app'),
          secret_env: environmentName,
          token_env: environmentName,
        },
        { error: 'by, client_id, secret_env, token_env' },
      ),
    ],
    { error: 'by: access-token or refresh-token' },
  );
  return z.strictObject(
    {
      kind: z.literal('hubspot'),
      api: text(acceptedAddress)
        .refine((given) => ['https:', 'http:'].includes(URL.parse(given)?.protocol ?? ''), {
          error: acceptedAddress,
        })
        .default('https://api.hubapi.com'),
      sign_in: signIn,
      objects: z
        .array(z.string({ error: acceptedObject }).regex(/^[a-z]\w*$/i, { error: acceptedObject }), {
          error: 'a list of names, for example [contacts, companies]',
        })
        .nullish()
        .default(null),
      archived: z.enum(['read', 'leave'], { error: 'leave (default) or read' }).default('leave'),
      calls_percent: whole('a number from 1 to 100', 1, 100).default(100),
      tls: z
        .union([z.literal('verify'), z.strictObject({ ca: text('the path of a certificate file') })], {
          error: 'verify (default), or ca: path of a certificate file',
        })
        .default('verify'),
      clock: z.enum(['machine', 'practice'], { error: 'machine (default) or practice' }).default('machine'),
    },
    { error: 'kind, api, sign_in, objects, archived, calls_percent, tls, clock' },
  );
}

export interface HubspotSurroundings {
  /** Where this project keeps what no version control sees. */
  readonly state: string;
  readonly secret: (name: string, purpose: string) => Secret;
  readonly file: (path: string) => string;
}

/** Calls of all commands of a project on this machine are counted in one file, unless several machines count them together. */
export function hubspotAddress(
  settings: HubspotSettings,
  { state, secret, file }: HubspotSurroundings,
): HubspotAddress {
  const { api, objects, archived, calls_percent, tls, clock, sign_in } = settings;
  return {
    api,
    signIn: signInOf(sign_in, api, secret),
    objects,
    archived: archived === 'read',
    share: calls_percent / 100,
    quotas: join(state, 'quotas.sqlite'),
    state,
    ...(tls === 'verify' ? {} : { ca: file(tls.ca) }),
    clock,
  };
}

function signInOf(
  settings: SignInSettings,
  api: string,
  secret: HubspotSurroundings['secret'],
): HubspotSignIn {
  if (settings.by === 'access-token')
    return { by: settings.by, token: secret(settings.token_env, `an access token for ${api}`) };
  return {
    by: settings.by,
    clientId: settings.client_id,
    secret: secret(settings.secret_env, `the client secret for ${api}`),
    token: secret(settings.token_env, `a refresh token for ${api}`),
  };
}
