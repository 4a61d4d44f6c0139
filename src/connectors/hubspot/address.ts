import type { Secret } from '../../model/index.ts';
import { noSandbox } from './faults.ts';

/** One account of HubSpot, as one app of it sees it: objects are relations, records have the id the account gave them. */
export interface HubspotAddress {
  /** `https://api.hubapi.com`, or where a practice HubSpot listens. */
  readonly api: string;
  readonly signIn: HubspotSignIn;
  /** The objects this move is about, `contacts` or a custom object's name; null for all that the app may read. */
  readonly objects: readonly string[] | null;
  /** Records in the recycling bin are read too, and have `archived` true. */
  readonly archived: boolean;
  /** The part of the account's calls that is ours, above 0 and at most 1. */
  readonly share: number;
  /** The file in which the calls of this machine are counted, unless several count them together; `:memory:` forgets them. */
  readonly quotas: string;
  /** The folder in which the project keeps what it wrote into the account. */
  readonly state: string;
  /** Certificates of an own authority, PEM. */
  readonly ca?: string;
  /** Whose time it lives in: the machine's unless told, or that of the practice system it is. */
  readonly clock?: 'machine' | 'practice';
}

export type HubspotSignIn =
  /** Of a private app or a service key. */
  | { readonly by: 'access-token'; readonly token: Secret }
  | {
      readonly by: 'refresh-token';
      readonly clientId: string;
      readonly secret: Secret;
      readonly token: Secret;
    };

/** An account makes no accounts beside itself. Throws `hubspot.no-sandbox`. */
export function sandboxAddress(_address: HubspotAddress, name: string): HubspotAddress {
  throw noSandbox(name);
}
