import type { PracticeState } from '../practice-state.ts';
import type { AccountSettings } from './account-file.ts';
import { Associations } from './associations.ts';
import { Owners } from './owners.ts';
import { PropertyCatalog } from './property-catalog.ts';
import { PropertyGroups } from './property-groups.ts';
import { RecordStore } from './record-store.ts';
import { RecordWriter } from './record-writer.ts';
import { notFound } from './refusal.ts';
import { SearchIndex } from './search-index.ts';
import type { ObjectType } from './standard-objects.ts';

/** The account behind the API: its settings, kinds of records, records, links, and who owns them. */
export class Account {
  readonly state: PracticeState;
  readonly catalog: PropertyCatalog;
  readonly groups: PropertyGroups;
  readonly records: RecordStore;
  readonly index: SearchIndex;
  readonly links: Associations;
  readonly owners: Owners;
  readonly writer: RecordWriter;
  #settings: AccountSettings;

  constructor(state: PracticeState, settings: AccountSettings, nowMs: number) {
    this.state = state;
    this.#settings = settings;
    this.catalog = new PropertyCatalog(state, settings.hubId);
    this.groups = new PropertyGroups(state);
    this.records = new RecordStore(state);
    this.index = new SearchIndex(state, () => this.#settings.search.lagMs);
    this.links = new Associations(state, () => this.#settings.associationsPerRecord);
    this.owners = new Owners(state);
    this.writer = new RecordWriter(this);
    this.change(settings, nowMs);
  }

  get settings(): AccountSettings {
    return this.#settings;
  }

  /** An admin changes plan, properties, rules or owners while it runs; records stay, and what callers made stays. */
  change(settings: AccountSettings, nowMs: number): void {
    this.#settings = settings;
    this.state.transaction(() => {
      this.catalog.describe(settings, nowMs);
      this.owners.describe(settings.owners, nowMs);
    });
    this.catalog.settle();
  }

  /** Throws 404 for a kind of record that the account does not have. */
  type(name: string): ObjectType {
    const type = this.catalog.find(name);
    if (type === null) throw notFound();
    return type;
  }
}
