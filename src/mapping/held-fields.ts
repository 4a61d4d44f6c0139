import type { Refusal } from '../expressions/index.ts';
import { findField, type Holds, type Row, type Value } from '../model/index.ts';
import type { FitOptions } from './fit-options.ts';

/** The fields of a target of which some values are refused although their type allows them. */
export class HeldFields {
  readonly #fields: readonly { readonly name: string; readonly at: number; readonly holds: Holds }[];

  constructor({ holds, target, transform }: FitOptions) {
    this.#fields = transform.targetFields.flatMap((name, at) => {
      const field = findField(target, name);
      const held = field && holds?.(field);
      return held ? [{ name, at, holds: held }] : [];
    });
  }

  get asks(): boolean {
    return this.#fields.some(({ holds }) => holds.ask !== undefined);
  }

  /** Has the target look at the values that only it can judge. */
  async ask(records: readonly Row[]): Promise<void> {
    for (const { at, holds } of this.#fields)
      await holds.ask?.(records.map((record) => record[at] ?? null).filter((value) => value !== null));
  }

  /** At most one for each field, in the order of the fields. */
  refusals(records: readonly Row[]): readonly Refusal[] {
    return this.#fields.flatMap(({ name: field, at, holds }) => {
      for (const record of records) {
        const value: Value = record[at] ?? null;
        const message = value === null ? null : holds.refusal(value);
        if (message !== null) return [{ code: 'target.type', message, field, value }];
      }
      return [];
    });
  }
}
