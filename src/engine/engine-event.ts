/**
 * What the engine tells the ledger: intent before, outcome after, and progress for every batch of slices. The body holds
 * names, numbers and codes only: no key, no value, no message of a database.
 */
export interface EngineEvent {
  readonly type:
    | 'engine.step-started'
    | 'engine.slices-applied'
    | 'engine.step-ended'
    | 'engine.undo-started'
    | 'engine.slices-undone'
    | 'engine.undo-ended';
  readonly run: string;
  readonly step: string;
  readonly body: Readonly<Record<string, string | number | boolean | null>>;
}

/** Resolves when the event is durable. An intent that cannot be recorded stops the step before it writes. */
export type RecordEvent = (event: EngineEvent) => Promise<void>;
