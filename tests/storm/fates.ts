import { type Company, type Person } from './crm-records.ts';
import type { StormWorld } from './storm-world.ts';

/**
 * What must become of a record, told from the plain records and the rules in words, not by any code that moves them.
 *
 * `goes`: it must be in the target. `purged`: neither there nor in quarantine. `stays`: in quarantine, for one of these reasons.
 * `contends`: others want the same place, so it is there or in quarantine for `target.unique`. `moved`: somebody changed it
 * meanwhile, so it may be there as it was at any time, or not.
 */
export type Fate =
  | { readonly kind: 'goes' | 'purged' | 'contends' | 'moved' }
  | { readonly kind: 'stays'; readonly codes: readonly string[] };

const [goes, purged, contends, moved] = (['goes', 'purged', 'contends', 'moved'] as const).map((kind) => ({
  kind,
})) as [Fate, Fate, Fate, Fate];
const stays = (...codes: readonly string[]): Fate => ({ kind: 'stays', codes });

export function fateOfCompany({ kind, title }: Company): Fate {
  if (kind === 'test') return purged;
  return title === null ? stays('target.not-null') : goes;
}

/** The people of one world, each with its fate; made once, when the run is over. */
export class Fates {
  readonly #world: StormWorld;
  readonly #companies: ReadonlyMap<string, Fate>;
  readonly #known = new Map<string, Fate>();
  /** Who wants an address, by id; residents too. */
  readonly #wanting = new Map<string, Set<string>>();

  constructor(world: StormWorld) {
    this.#world = world;
    const { companies, residents } = world.records;
    this.#companies = new Map(companies.map((company) => [company.id, fateOfCompany(company)]));
    for (const { id, email } of residents) this.#want(email, id);
    for (const id of world.history.ids())
      for (const version of world.history.versions(id))
        if (version?.email && this.#ofItsOwn(version).kind === 'goes') this.#want(version.email, id);
    for (const id of world.history.ids()) this.#known.set(id, this.#fateOf(id));
  }

  get people(): ReadonlyMap<string, Fate> {
    return this.#known;
  }

  of(id: string): Fate | null {
    return this.#known.get(id) ?? null;
  }

  #fateOf(id: string): Fate {
    const { history, shape, records } = this.#world;
    const [person] = history.versions(id);
    if (!history.isStill(id) || !person) return moved;
    const own = this.#ofItsOwn(person);
    if (own.kind !== 'goes') return own;
    const resident = records.residents.find((one) => one.id === id);
    if (resident && shape.mode === 'append') return stays('target.unique');
    return (this.#wanting.get(person.email ?? '')?.size ?? 0) > 1 ? contends : goes;
  }

  /** As if it were alone in the world. */
  #ofItsOwn({ damaged, email, age, company }: Person): Fate {
    if (damaged) return stays('storm.unreadable');
    if (String(email).startsWith('test')) return purged;
    const readable = /^-?\d+$/.test(age);
    if (!readable && !this.#world.rules.ageMended) return stays('value.invalid');
    if (company !== null && this.#companies.get(company)?.kind !== 'goes')
      return stays('value.no-such-record');
    const refusals = [
      ...(email === null ? ['target.not-null'] : []),
      ...(age.startsWith('-') ? ['target.check'] : []),
    ];
    // What it breaks besides, if others have its address, nobody can say before.
    return refusals.length > 0 ? stays(...refusals, 'target.unique') : goes;
  }

  #want(email: string, id: string): void {
    const known = this.#wanting.get(email);
    if (known) known.add(id);
    else this.#wanting.set(email, new Set([id]));
  }
}
