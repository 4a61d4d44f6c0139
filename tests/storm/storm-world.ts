import type { EngineEvent, EngineLimits, ObjectPlan } from '../../src/engine/index.ts';
import type { RunbookStep } from '../../src/model/index.ts';
import {
  type CrmRules,
  type CrmShape,
  companies,
  copyNicknames,
  crmPlans,
  crmSteps,
  firms,
  nicknames,
  people,
  personsOf,
} from './crm-mapping.ts';
import {
  type CrmRecords,
  companyFields,
  companyRow,
  drawRecords,
  personFields,
  personRow,
  residentFields,
  residentRow,
} from './crm-records.ts';
import { Draw } from './draw.ts';
import { bringLetters, copyLetters, drawLetters, type Letters, letterPlan } from './letters.ts';
import { SimulatedDatabase } from './simulated-database.ts';
import { JournalShelf } from './simulated-journal.ts';
import { SourceHistory } from './source-history.ts';
import { type Trouble, Weather } from './weather.ts';
import { WorldTime } from './world-time.ts';

/** What is asked of a world before it is drawn. */
export interface WorldKind {
  /** The trouble there may be; default: all kinds. */
  readonly kinds?: readonly Trouble[];
  /** Whether there may be letters; default: there may. */
  readonly letters?: boolean;
}

/** Letters are drawn apart from everything else. */
const ofLetters = 0x1e77e25;

/** Everything there is in one world, from one seed: systems, records, mapping, weather and time. */
export class StormWorld {
  readonly seed: number;
  readonly draw: Draw;
  readonly time: WorldTime = new WorldTime();
  readonly source: SimulatedDatabase;
  readonly target: SimulatedDatabase;
  readonly journal: JournalShelf = new JournalShelf();
  /** What the ledger holds: durable when the engine was told so. */
  readonly ledger: EngineEvent[] = [];
  readonly weather: Weather;
  readonly records: CrmRecords;
  readonly history: SourceHistory;
  readonly shape: CrmShape;
  /** Null where there are none. */
  readonly letters: Letters | null;
  readonly limits: Partial<EngineLimits>;
  /** Whether quarantine was replayed: then what came in which order is not told by the steps alone. */
  replayed = false;
  rules: CrmRules = { ageMended: false };

  constructor(seed: number, { kinds, letters = true }: WorldKind = {}) {
    this.seed = seed;
    const draw = new Draw(seed);
    this.draw = draw;
    this.shape = {
      mode: draw.chance(0.3) ? 'upsert' : 'append',
      firmKept: draw.chance(0.5),
      managerKept: draw.chance(0.5),
    };
    this.records = drawRecords(draw);
    this.source = new SimulatedDatabase('old', [companies, people]);
    this.target = new SimulatedDatabase('new', [firms, personsOf(this.shape), nicknames]);
    this.#fill();
    this.history = new SourceHistory(this.source, this.records, draw.branch());
    this.letters = letters ? drawLetters(new Draw(seed ^ ofLetters)) : null;
    if (this.letters) bringLetters(this, this.letters);
    const { pipedSliceFactor = 1, partRowsMin = null } = this.letters ?? {};
    this.limits = { ...drawLimits(draw), pipedSliceFactor, partRowsMin: partRowsMin ?? 1 };
    this.weather = new Weather(draw.branch(), kinds);
  }

  plans(): ReadonlyMap<string, ObjectPlan> {
    const plans = crmPlans(this.shape, this.rules);
    return this.letters ? new Map([...plans, [letterPlan.object, letterPlan]]) : plans;
  }

  get steps(): readonly RunbookStep[] {
    if (!this.letters) return crmSteps;
    const at = this.letters.first ? 1 : crmSteps.length - 1;
    return crmSteps.toSpliced(at, 0, copyLetters);
  }

  #fill(): void {
    const { companies: old, people: persons, residents } = this.records;
    this.source.others((work) => {
      for (const company of old) work.add('companies', companyFields, companyRow(company));
      for (const person of persons)
        if (person.damaged)
          work.add('people', ['id'], [person.id], new TextEncoder().encode(`?${person.id}`));
        else work.add('people', personFields, personRow(person));
    });
    this.target.others((work) => {
      for (const resident of residents) work.add('persons', residentFields, residentRow(resident));
    });
  }
}

export const lastStep: string = crmSteps.at(-1)?.id ?? copyNicknames.id;

/** Small numbers of everything, so that a few records have many edges. */
function drawLimits(draw: Draw): Partial<EngineLimits> {
  return {
    rowsPerSlice: draw.between(1, 10),
    batchRowsMax: draw.between(1, 5),
    batchesAheadMax: draw.between(0, 3),
    lookupsCachedMax: draw.of([1, 3, 100]),
    originalsKeptBytesMax: draw.of([0, 300, 1_000_000]),
    slicesPerEvent: draw.between(1, 5),
    // A system that is made up tells nothing of who holds what.
    stallLookEveryMs: 0,
    retry: { baseMs: 50, capMs: 2_000, budgetMs: draw.of([5_000, 60_000]) },
  };
}
