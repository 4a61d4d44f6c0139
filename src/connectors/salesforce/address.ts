import type { Secret } from '../../model/index.ts';
import { noSandbox } from './faults.ts';

/** One org of Salesforce, as one user of it sees it: objects are relations, records have the id the org gave them. */
export interface SalesforceAddress {
  /** The org's own address: `https://acme.my.salesforce.com`. A token may name another one for its calls. */
  readonly instance: string;
  /** Where one signs in; the org's own address where it is null. */
  readonly login: string | null;
  readonly signIn: SalesforceSignIn;
  /** Of the REST API: `62.0`. */
  readonly version: string;
  /** The objects this move is about; null for all that hold records of their own. */
  readonly objects: readonly string[] | null;
  /** The part of the org's calls that is ours, above 0 and at most 1. */
  readonly share: number;
  /** The file in which the calls of this machine are counted, unless several count them together; `:memory:` forgets them. */
  readonly quotas: string;
  /** The file in which what is written into the org is kept: which records, under which ids, and what they held before. */
  readonly journal: string;
  /** Certificates of an own authority, PEM. */
  readonly ca?: string;
  /** Whose time it lives in: the machine's unless told, or that of the practice system it is. */
  readonly clock?: 'machine' | 'practice';
}

export type SalesforceSignIn =
  | { readonly by: 'access-token'; readonly token: Secret }
  | { readonly by: 'client-credentials'; readonly clientId: string; readonly secret: Secret }
  | {
      readonly by: 'refresh-token';
      readonly clientId: string;
      readonly secret: Secret | null;
      readonly token: Secret;
    }
  | {
      readonly by: 'jwt';
      readonly clientId: string;
      readonly user: string;
      /** `https://login.salesforce.com`, or `https://test.salesforce.com` for sandboxes. */
      readonly audience: string;
      /** RSA private key, PEM. */
      readonly key: Secret;
    };

/** An org makes no orgs beside itself. Throws `salesforce.no-sandbox`. */
export function sandboxAddress(_address: SalesforceAddress, name: string): SalesforceAddress {
  throw noSandbox(name);
}
