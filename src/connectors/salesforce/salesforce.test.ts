import { type FieldType, hex, Secret, type Value } from '../../model/index.ts';
import { connectorContract } from '../connector.contract.ts';
import { serve } from '../http/http-world.contract.ts';
import { salesforce } from './index.ts';
import { neutralView } from './neutral-view.contract.ts';
import { PracticeOrg } from './practice-org.contract.ts';

/** The contract's fields are texts there but for days, moments and yes or no: see `PracticeOrg`. Empty texts are no value. */
function asRead({ kind }: FieldType, value: Value): Value {
  if (kind === 'boolean') return value ?? false;
  if (value === null || value === '') return null;
  if (value instanceof Uint8Array) return `\\x${hex(value)}`;
  return value;
}

const momentShape = /^\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d(?:\.\d{1,3})?\+00)?$/;

/** Days of the years 1700 to 4000 and milliseconds; texts of 1 to 131,072 characters. */
function cannotHold({ kind }: FieldType, value: Value): boolean {
  if (value === null || kind === 'boolean') return false;
  if (value instanceof Uint8Array) return value.length > 65_000;
  const text = String(value);
  if (kind === 'date' || kind === 'instant') {
    const year = Number(text.slice(0, 4));
    return !momentShape.test(text) || year < 1700 || year > 4000;
  }
  return text === '' || text.length > 131_072;
}

connectorContract('salesforce', {
  connector: neutralView(salesforce),
  fresh: async () => await PracticeOrg.open(),
  asRead,
  cannotHold,
  asNamed: (name) => name.replaceAll(/\W+/g, '_').replaceAll(/^_+|_+$/g, '') || 'e',
  noBadRecords: 'an org keeps no record whose values are not those of its fields',
  broken: [
    {
      title: 'a wrong secret',
      address: async () => {
        const org = await PracticeOrg.open();
        const signIn = {
          by: 'client-credentials',
          clientId: 'practice',
          secret: new Secret('wrong-7731'),
        } as const;
        return { ...org.address, signIn };
      },
      secret: 'wrong-7731',
      fate: 'never',
    },
    {
      title: 'an access token that is not taken',
      address: async () => {
        const org = await PracticeOrg.open();
        const signIn = { by: 'access-token', token: new Secret('00D-stale-9917') } as const;
        return { ...org.address, signIn };
      },
      secret: '00D-stale-9917',
      fate: 'never',
    },
    {
      title: 'nobody there',
      address: async () => {
        const server = await serve(() => undefined);
        const org = await PracticeOrg.open();
        await server[Symbol.asyncDispose]();
        return { ...org.address, instance: server.url };
      },
      secret: 'practice-secret',
      fate: 'later',
    },
  ],
});
