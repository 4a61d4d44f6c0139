import { type FieldType, hex, Secret, type Value } from '../../model/index.ts';
import { connectorContract } from '../connector.contract.ts';
import { serve } from '../http/http-world.contract.ts';
import { hubspot } from './index.ts';
import { neutralView } from './neutral-view.contract.ts';
import { PracticeAccount } from './practice-account.contract.ts';

/** The contract's fields are texts there but for days, moments and yes or no: see `PracticeAccount`. Empty texts are no value. */
function asRead(_type: FieldType, value: Value): Value {
  if (value === null || value === '') return null;
  if (value instanceof Uint8Array) return `\\x${hex(value)}`;
  return value;
}

/** Days of four digits and milliseconds; texts of up to 65,536 characters, and no empty ones. */
function cannotHold({ kind }: FieldType, value: Value): boolean {
  if (value === null || kind === 'boolean') return false;
  if (value === '') return true;
  if (value instanceof Uint8Array) return value.length > 32_000;
  const text = String(value);
  if (kind === 'date') return !/^\d{4}-\d\d-\d\d$/.test(text);
  if (kind === 'instant') return !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,3})?\+00$/.test(text);
  return text.length > 65_536;
}

const stale = { by: 'access-token', token: new Secret('pat-stale-9917') } as const;
const wrong = {
  by: 'refresh-token',
  clientId: 'id',
  secret: new Secret('wrong-7731'),
  token: new Secret('refresh'),
} as const;

connectorContract('hubspot', {
  connector: neutralView(hubspot),
  fresh: async () => await PracticeAccount.open(),
  asRead,
  cannotHold,
  asNamed: (name) =>
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '_')
      .replaceAll(/^_+|_+$/g, '') || 'e',
  noBadRecords: 'an account keeps no record whose values are not those of its properties',
  needsKey: 'an answer that is lost could not be told from a record that is not there',
  broken: [
    {
      title: 'a wrong secret',
      address: async () => ({ ...(await PracticeAccount.open()).address, signIn: wrong }),
      secret: 'wrong-7731',
      fate: 'never',
    },
    {
      title: 'an access token that is not taken',
      address: async () => ({ ...(await PracticeAccount.open()).address, signIn: stale }),
      secret: 'pat-stale-9917',
      fate: 'never',
    },
    {
      title: 'nobody there',
      address: async () => {
        const server = await serve(() => undefined);
        const account = await PracticeAccount.open();
        await server[Symbol.asyncDispose]();
        return { ...account.address, api: server.url };
      },
      secret: 'pat-practice',
      fate: 'later',
    },
  ],
});
