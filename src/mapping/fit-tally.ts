import type { Refusal } from '../expressions/index.ts';
import type { FindingExample, Value } from '../model/index.ts';

const reasonsMost = 3;

/** What a fit check has counted so far. Plain counters up to 2^53 records; texts are kept only up to the given limits. */
export class FitTally {
  rowsRead = 0;
  rowsFit = 0;
  rowsRejected = 0;
  rowsBad = 0;
  recordsOut = 0;
  /** By field that names records: characters of all its texts. */
  readonly characters: Map<string, number> = new Map();
  readonly refusals: Map<string, RefusalTally> = new Map();
  readonly purges: Map<number, { readonly reason: string; count: number }> = new Map();
  readonly unmatched: Map<string, UnmatchedTally> = new Map();
  readonly #examplesMax: number;
  readonly #distinctMax: number;
  readonly #show: (value: Value, field: string | null) => string;

  constructor(
    examplesMax: number,
    distinctMax: number,
    show: (value: Value, field: string | null) => string,
  ) {
    this.#examplesMax = examplesMax;
    this.#distinctMax = distinctMax;
    this.#show = show;
  }

  purged(rule: number, reason: string): void {
    const found = this.purges.get(rule);
    if (found) found.count += 1;
    else this.purges.set(rule, { reason, count: 1 });
  }

  longer(field: string, value: Value): void {
    if (typeof value === 'string')
      this.characters.set(field, (this.characters.get(field) ?? 0) + value.length);
  }

  /** @param instead shown in place of a value that says nothing */
  refused(key: () => string, refusal: Refusal, instead: string = refusal.code): void {
    const { code, field, value, message } = refusal;
    const name = `${code}|${field ?? ''}`;
    let found = this.refusals.get(name);
    if (!found) {
      found = { code, field, count: 0, examples: [], reasons: new Set() };
      this.refusals.set(name, found);
    }
    found.count += 1;
    if (code === 'target.type' && found.reasons.size < reasonsMost) found.reasons.add(message);
    if (found.examples.length < this.#examplesMax)
      found.examples.push({ key: key(), value: value === undefined ? instead : this.#show(value, field) });
    if (code === 'mapping.unmatched-value' && field !== null) this.#unmatchedIn(field, value);
  }

  /** A value map lists option values, not free text; still, long ones are shown by their shape. */
  #unmatchedIn(field: string, value: Value | undefined): void {
    let found = this.unmatched.get(field);
    if (!found) {
      found = { values: new Map(), complete: true };
      this.unmatched.set(field, found);
    }
    for (const one of Array.isArray(value) ? (value as readonly Value[]) : [value]) {
      if (one === null || one === undefined) continue;
      const text = String(one);
      const shown = text.length <= 80 ? text : this.#show(text, field);
      const count = found.values.get(shown);
      if (count === undefined && found.values.size >= this.#distinctMax) found.complete = false;
      else found.values.set(shown, (count ?? 0) + 1);
    }
  }
}

export interface RefusalTally {
  readonly code: string;
  readonly field: string | null;
  count: number;
  readonly examples: FindingExample[];
  /** What the target itself says, in words without values: the first few that differ. */
  readonly reasons: Set<string>;
}

export interface UnmatchedTally {
  readonly values: Map<string, number>;
  complete: boolean;
}
