import type { NotPutBack } from '../port.ts';
import type { Intent, WriteJournal } from '../write-journal/index.ts';
import type { DescribedObject } from './described.ts';
import type { OrgApi } from './org-api.ts';
import type { SaveRecords } from './save-records.ts';

/** What it takes to take records of one object back. */
export interface TakeBackWorld {
  readonly api: OrgApi;
  readonly journal: WriteJournal;
  readonly saver: SaveRecords;
  readonly object: DescribedObject;
  /** All objects that are looked at: their records may need one that is to go. */
  readonly objects: readonly DescribedObject[];
}

export interface TakenBack {
  readonly count: number;
  readonly refused: readonly Left[];
}

export interface Left {
  readonly intent: Intent;
  readonly reason: string;
  readonly differs?: readonly NotPutBack[];
}
