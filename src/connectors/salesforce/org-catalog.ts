import { type BriefObject, type DescribedObject, listOf, readBrief, readDescribed } from './described.ts';
import { ExactNumber } from './exact-json.ts';
import { callRefused, objectMissing } from './faults.ts';
import { memberOf, type OrgApi } from './org-api.ts';

/** Parts of one composite call; it counts as one call. */
export const partsMost = 25;
/** Objects that the org makes beside others, of what people do with their records. */
const derived = /(?:__|)(?:Share|History|Feed|Tag|ChangeEvent)$/;

export interface OrgObjects {
  /** The objects that are looked at, sorted by name. */
  readonly described: readonly DescribedObject[];
  /** Names of objects with records that are not looked at, sorted. */
  readonly others: readonly string[];
}

/** Which objects and fields the org has, for this user. Asked anew by `load`; what was loaded last is kept for reading. */
export class OrgCatalog {
  readonly #api: OrgApi;
  readonly #wanted: readonly string[] | null;
  #objects: Promise<OrgObjects> | null = null;

  /** @param wanted names of the objects to look at; null for all that hold records of their own */
  constructor(api: OrgApi, wanted: readonly string[] | null) {
    this.#api = api;
    this.#wanted = wanted;
  }

  /** Throws `salesforce.object-missing`, `salesforce.call-refused`. */
  async load(): Promise<OrgObjects> {
    this.#objects = this.#load();
    return await this.#objects;
  }

  async known(): Promise<OrgObjects> {
    this.#objects ??= this.#load();
    return await this.#objects;
  }

  /** Throws `salesforce.object-missing`. */
  async object(name: string): Promise<DescribedObject> {
    const { described } = await this.known();
    const found = described.find((object) => object.name === name);
    if (found === undefined) throw objectMissing(name);
    return found;
  }

  /** One object as it is now; null where it is not there any more, or this user may not read it. What is kept stays as it is. */
  async again(name: string): Promise<DescribedObject | null> {
    const path = `sobjects/${name}/describe`;
    const told = await this.#api.jsonIfThere({ method: 'GET', path, label: `describe of ${name}` });
    const object = told === null ? null : readDescribed(told);
    return object !== null && holdsRecords(object) ? object : null;
  }

  async #load(): Promise<OrgObjects> {
    const told = await this.#api.json({ method: 'GET', path: 'sobjects', label: 'list of objects' });
    const holding = listOf(told, 'sobjects').map(readBrief).filter(holdsRecords);
    const names = holding.map(({ name }) => name).sort();
    const chosen = this.#wanted === null ? names.filter((name) => isOwn(name, holding)) : this.#chosen(names);
    const described: DescribedObject[] = [];
    for (let from = 0; from < chosen.length; from += partsMost)
      described.push(...(await this.#describe(chosen.slice(from, from + partsMost))));
    return { described, others: names.filter((name) => !chosen.includes(name)) };
  }

  #chosen(names: readonly string[]): readonly string[] {
    const wanted = [...new Set(this.#wanted)].sort();
    const missing = wanted.find((name) => !names.includes(name));
    if (missing !== undefined) throw objectMissing(missing);
    return wanted;
  }

  async #describe(names: readonly string[]): Promise<readonly DescribedObject[]> {
    const compositeRequest = names.map((name, at) => ({
      method: 'GET',
      url: this.#api.pathOf(`sobjects/${name}/describe`),
      referenceId: `object${at}`,
    }));
    const content = { compositeRequest };
    const told = await this.#api.json({ method: 'POST', path: 'composite', label: 'describe', content });
    return listOf(told, 'compositeResponse').map((part, at) => {
      const status = memberOf(part, 'httpStatusCode');
      if (!(status instanceof ExactNumber) || status.text !== '200')
        throw callRefused(`describe of ${names[at] ?? 'an object'}`, 400, 'a part was refused');
      return readDescribed(memberOf(part, 'body'));
    });
  }
}

const holdsRecords = ({ queryable, retrieveable, hidden }: BriefObject): boolean =>
  queryable && retrieveable && !hidden;

/** Not one of those the org makes beside another object of the same name. */
function isOwn(name: string, objects: readonly BriefObject[]): boolean {
  const stem = name.replace(derived, '');
  return stem === name || !objects.some((object) => object.name === stem || object.name === `${stem}__c`);
}
