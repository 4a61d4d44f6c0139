import type { Fault, FaultScript } from './fault-script.ts';
import { noRowTrouble, type RowTrouble } from './practice-message.ts';
import { seededDraw } from './seeded-draw.ts';

/** What goes wrong with one call. */
export interface Trouble {
  /** At most one thing happens to the call as a whole. */
  readonly call: Fault | null;
  readonly rows: RowTrouble;
  readonly skewMs: number;
  /** What somebody else does to the system just before. */
  readonly orders: readonly Extract<Fault, { kind: 'order' }>[];
}

interface Rule {
  readonly fault: Fault;
  readonly number: number;
  seen: number;
  happened: number;
  stormLeft: number;
}

/** Decides for each call what goes wrong with it, from the script and from how many calls each of its faults has seen. */
export class FaultInjector {
  readonly #seed: number;
  readonly #rules: readonly Rule[];

  constructor({ seed, faults }: FaultScript) {
    this.#seed = seed;
    this.#rules = faults.map((fault, number) => ({ fault, number, seen: 0, happened: 0, stormLeft: 0 }));
  }

  /** How many calls each fault has befallen, in the order of the script: not those that another one befell, nor calls without records that it would have hit. */
  get happened(): readonly { readonly kind: string; readonly times: number }[] {
    return this.#rules.map(({ fault, happened }) => ({ kind: fault.kind, times: happened }));
  }

  next(method: string, path: string): Trouble {
    const due = this.#rules.filter((rule) => this.#isDue(rule, method, path));
    const call = due.find(({ fault }) => !besideTheCall.has(fault.kind));
    const active = due.filter((rule) => rule === call || besideTheCall.has(rule.fault.kind));
    for (const rule of active) if (!ofRecords(rule.fault)) rule.happened += 1;
    const faults = active.map(({ fault }) => fault);
    return {
      call: call?.fault ?? null,
      rows: this.#rowTrouble(active),
      skewMs: faults.reduce((sum, fault) => sum + (fault.kind === 'clock-skew' ? fault.byMs : 0), 0),
      orders: faults.flatMap((fault) => (fault.kind === 'order' ? [fault] : [])),
    };
  }

  #isDue(rule: Rule, method: string, path: string): boolean {
    const { fault, number } = rule;
    if (fault.method !== undefined && fault.method !== method) return false;
    if (fault.path !== undefined && !path.includes(fault.path)) return false;
    rule.seen += 1;
    if (fault.times !== undefined && rule.happened >= fault.times) return false;
    if (rule.stormLeft > 0) {
      rule.stormLeft -= 1;
      return true;
    }
    const behind = rule.seen - fault.from;
    if (behind < 0 || behind % fault.every !== 0) return false;
    if (fault.share < 1 && seededDraw(this.#seed, number, rule.seen) >= fault.share) return false;
    rule.stormLeft = fault.length - 1;
    return true;
  }

  #rowTrouble(active: readonly Rule[]): RowTrouble {
    const rules = active.flatMap((rule) => {
      const { fault, number, seen } = rule;
      return ofRecords(fault) ? [{ rule, fault, number, seen }] : [];
    });
    if (rules.length === 0) return noRowTrouble;
    const seed = this.#seed;
    const counted = new Set<Rule>();
    return {
      of: (record) => {
        const hit = rules.find(
          ({ number, seen, fault }) => seededDraw(seed, number, seen, record) < fault.records,
        );
        if (hit === undefined) return 'none';
        // A call with records of which it hits none, or that has none, is not befallen.
        if (!counted.has(hit.rule)) hit.rule.happened += 1;
        counted.add(hit.rule);
        return hit.fault.kind === 'records-fail' ? 'fails' : 'lost';
      },
    };
  }
}

const ofRecords = (fault: Fault): fault is Extract<Fault, { readonly records: number }> =>
  fault.kind === 'records-fail' || fault.kind === 'records-lost';

const besideTheCall = new Set<Fault['kind']>(['clock-skew', 'records-fail', 'records-lost', 'order']);
