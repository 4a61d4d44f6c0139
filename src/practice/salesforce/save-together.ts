import type { PracticeState } from '../practice-state.ts';
import { Refusal, UnreadableBody } from './refusal.ts';

export interface SavedRecord {
  readonly id: string;
  /** Of an upsert. */
  readonly created?: boolean;
}

/** What a list of records is answered with, one for each, in their order. */
export interface SaveResult {
  readonly id?: string;
  readonly success: boolean;
  readonly errors: readonly unknown[];
  readonly created?: boolean;
}

const rolledBack: SaveResult = {
  success: false,
  errors: [
    {
      statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
      message:
        'Record rolled back because not all records were valid and the request was using AllOrNone header',
      fields: [],
    },
  ],
};

/** Carries the results out of a transaction that is taken back. */
class TakenBack extends Error {
  readonly results: readonly SaveResult[];

  constructor(results: readonly SaveResult[]) {
    super('one of the records was refused');
    this.results = results;
  }
}

/** Saves each record alone, or, with `allOrNone`, all or none; a record that is refused says why. */
export function saveTogether<Given>(
  state: PracticeState,
  given: readonly Given[],
  allOrNone: boolean,
  save: (one: Given) => SavedRecord,
): readonly SaveResult[] {
  try {
    return state.transaction(() => {
      const results = given.map((one) => saveOne(state, one, save));
      if (allOrNone && results.some(({ success }) => !success)) throw new TakenBack(results);
      return results;
    });
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error;
    return error.results.map((result) => (result.success ? rolledBack : result));
  }
}

function saveOne<Given>(state: PracticeState, one: Given, save: (one: Given) => SavedRecord): SaveResult {
  try {
    const saved = state.transaction(() => save(one));
    return { success: true, errors: [], ...saved };
  } catch (error) {
    // A body that cannot be read is refused whole, whatever else stands in it.
    if (!(error instanceof Refusal) || error instanceof UnreadableBody) throw error;
    return { success: false, errors: error.errors.map(asStatus) };
  }
}

const asStatus = ({ errorCode, message, fields = [], ...more }: Refusal['errors'][number]): unknown => ({
  statusCode: errorCode,
  message,
  fields,
  ...more,
});
