import { isGodwitError } from '../../model/index.ts';
import type { AccountApi } from './account-api.ts';
import { listIn } from './answer-parts.ts';
import { type DescribedProperty, type ObjectType, readCustomType, readProperty } from './described.ts';
import { objectMissing } from './faults.ts';
import { filesName } from './file-fields.ts';
import { type LinkType, linkedPairs, linkName, readLinkKind } from './link-type.ts';
import { type PropertyRule, readRules } from './property-rules.ts';
import { standardTypes } from './standard-types.ts';

/** Lists of properties leave out the sensitive ones unless they are asked for by that word. */
const sensitivities = ['non_sensitive', 'sensitive', 'highly_sensitive'];
/** Its lists of properties, and their rules. */
export const callsToDescribe: number = sensitivities.length + 1;

export interface DescribedObject {
  readonly type: ObjectType;
  /** In the account's order. */
  readonly properties: readonly DescribedProperty[];
  /** Lists that this app may not see. */
  readonly unseen: readonly string[];
  /** Whether this app may see what an admin demands of values. */
  readonly seesRules: boolean;
}

export interface AccountObjects {
  /** The objects that are looked at, sorted by name. */
  readonly described: readonly DescribedObject[];
  /** Links among them, sorted by name. */
  readonly links: readonly LinkType[];
  /** Names of objects that are not looked at, sorted, and why. */
  readonly others: readonly { readonly name: string; readonly why: string }[];
  /** Whether this app may see who owns records. */
  readonly owners: boolean;
  /** Whether the files of the account were asked for by that name: there may be very many, and not of the CRM. */
  readonly files: boolean;
}

/** Which objects, properties and links the account has, for this app. Asked anew by `load`; what was loaded last is kept for reading. */
export class AccountCatalog {
  readonly #api: AccountApi;
  readonly #wanted: readonly string[] | null;
  #objects: Promise<AccountObjects> | null = null;

  /** @param wanted names of the objects to look at; null for all that the app may read */
  constructor(api: AccountApi, wanted: readonly string[] | null) {
    this.#api = api;
    this.#wanted = wanted;
  }

  /** Throws `hubspot.object-missing`, `hubspot.scope-missing`, `hubspot.call-refused`. */
  async load(): Promise<AccountObjects> {
    this.#objects = this.#load();
    return await this.#objects;
  }

  async known(): Promise<AccountObjects> {
    this.#objects ??= this.#load();
    return await this.#objects;
  }

  /** One object as it is now; null where this app may not read it any more. Throws as `load` does. */
  async objectAgain({ type }: DescribedObject): Promise<DescribedObject | null> {
    return await this.#describe(type);
  }

  /** Links of one pair as they are now; null where this app may not see them any more. */
  async linkAgain({ from, to }: LinkType): Promise<LinkType | null> {
    return await this.#linkOf(from, to);
  }

  async #load(): Promise<AccountObjects> {
    const types = await this.#types();
    const names = types.map(({ name }) => name);
    const files = this.#wanted?.includes(filesName) === true && !names.includes(filesName);
    const missing = this.#wanted?.find((name) => !names.includes(name) && !(files && name === filesName));
    if (missing !== undefined) throw objectMissing(missing);
    const described: DescribedObject[] = [];
    const others: { name: string; why: string }[] = [];
    for (const type of types) {
      const looked = this.#wanted === null || this.#wanted.includes(type.name);
      const object = looked ? await this.#describe(type) : null;
      if (object !== null) described.push(object);
      else others.push({ name: type.name, why: looked ? 'may not be read by this app' : 'is not looked at' });
    }
    const links = await this.#links(described);
    return { described, links, others, owners: await this.#seesOwners(), files };
  }

  async #types(): Promise<readonly ObjectType[]> {
    const call = { method: 'GET', path: '/crm/v3/schemas', label: 'custom objects' } as const;
    const told = await this.#allowed(async () => await this.#api.json(call));
    const custom = told === null ? [] : listIn(told, 'results').map(readCustomType);
    return [...standardTypes, ...custom].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Null for an object that this app may not read, unless it was asked for by its name. */
  async #describe(type: ObjectType): Promise<DescribedObject | null> {
    const properties: DescribedProperty[] = [];
    const unseen: string[] = [];
    for (const sensitivity of sensitivities) {
      const path = `/crm/v3/properties/${type.path}?dataSensitivity=${sensitivity}`;
      const ask = async () =>
        await this.#api.json({ method: 'GET', path, label: `properties of ${type.name}` });
      const isPlain = sensitivity === 'non_sensitive';
      const told = isPlain && this.#wanted !== null ? await ask() : await this.#allowed(ask);
      if (told === null && isPlain) return null;
      if (told === null) unseen.push(sensitivity);
      else properties.push(...listIn(told, 'results').map(readProperty));
    }
    const rules = await this.#rulesOf(type);
    const ruled = properties.map((one) => ({ ...one, rules: rules?.get(one.name) ?? [] }));
    return { type, properties: ruled, unseen, seesRules: rules !== null };
  }

  /** Null where this app may not see them, or the account tells of none. */
  async #rulesOf(type: ObjectType): Promise<ReadonlyMap<string, readonly PropertyRule[]> | null> {
    const call = {
      method: 'GET',
      path: `/crm/v3/property-validations/${type.id}`,
      label: `rules of ${type.name}`,
    } as const;
    try {
      const told = await this.#allowed(async () => await this.#api.json(call));
      return told === null ? null : readRules(told);
    } catch (error) {
      if (isGodwitError(error, 'hubspot.call-refused') && error.detail.includes('status 404')) return null;
      throw error;
    }
  }

  async #links(described: readonly DescribedObject[]): Promise<readonly LinkType[]> {
    const links: LinkType[] = [];
    for (const [from, to] of linkedPairs(described.map(({ type }) => type))) {
      const link = await this.#linkOf(from, to);
      if (link !== null) links.push(link);
    }
    return links.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async #linkOf(from: ObjectType, to: ObjectType): Promise<LinkType | null> {
    const path = `/crm/v4/associations/${from.path}/${to.path}/labels`;
    const label = `links of ${from.name} to ${to.name}`;
    const told = await this.#allowed(async () => await this.#api.json({ method: 'GET', path, label }));
    if (told === null) return null;
    return { name: linkName(from, to), from, to, kinds: listIn(told, 'results').map(readLinkKind) };
  }

  async #seesOwners(): Promise<boolean> {
    const call = { method: 'GET', path: '/crm/v3/owners?limit=1', label: 'owners' } as const;
    return (await this.#allowed(async () => await this.#api.json(call))) !== null;
  }

  /** Null where a scope is missing. */
  async #allowed<Answer>(ask: () => Promise<Answer>): Promise<Answer | null> {
    try {
      return await ask();
    } catch (error) {
      if (isGodwitError(error) && error.code === 'hubspot.scope-missing') return null;
      throw error;
    }
  }
}
