import type { AccountSettings } from './account-file.ts';
import type { Owners } from './owners.ts';
import type { PropertyCatalog } from './property-catalog.ts';
import type { RecordStore } from './record-store.ts';
import type { SearchIndex } from './search-index.ts';

/** What of an account writing records needs. */
export interface AccountParts {
  /** The current ones; they can be changed while it runs. */
  readonly settings: AccountSettings;
  readonly catalog: PropertyCatalog;
  readonly records: RecordStore;
  readonly index: SearchIndex;
  readonly owners: Owners;
}
