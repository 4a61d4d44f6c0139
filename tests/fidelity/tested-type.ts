import type { SeededChoice } from '../../demo/seeded-choice.ts';
import type { FieldType } from '../../src/model/index.ts';

export type SystemName = 'postgres' | 'mariadb' | 'sqlite';

/** What a value of a type is, for whoever compares what two systems show of it. */
export type Sense =
  | 'number'
  | 'float'
  | 'text'
  | 'bytes'
  | 'boolean'
  | 'moment'
  | 'json'
  | 'list'
  /** Text of an engine's own making: ranges, addresses, durations. */
  | 'words'
  | 'anything';

/** A column type of one system as people declare it, with the values that are tried in it. */
export interface TestedType {
  readonly system: SystemName;
  /** As it stands in CREATE TABLE. */
  readonly native: string;
  /** What the shelf is to understand it as; a test compares. */
  readonly model: FieldType;
  readonly sense: Sense;
  /** SQL literals that are tried in every run. */
  readonly traps: readonly string[];
  /** One more SQL literal of the type. */
  draw(choice: SeededChoice): string;
}
