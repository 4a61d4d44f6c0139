/**
 * What a failure means for whoever must go on.
 * `never`: the same call fails again, something has to be changed first.
 * `later`: the same call may succeed when repeated (the other side was busy, away, or throttling).
 * `pause`: a person has to decide before anything goes on.
 */
export type Fate = 'never' | 'later' | 'pause';

/** The place an error speaks of; every part is optional, none ever holds an unmasked sensitive value. */
export interface ErrorPlace {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly path?: string;
  readonly system?: string;
  readonly relation?: string;
  readonly field?: string;
  readonly key?: string;
  readonly step?: string;
}

export interface GodwitErrorContent {
  /** Stable, dotted, lower case: `<room>.<what>`; has a page `docs/errors/<code>.md`. */
  readonly code: string;
  /** One line a person can read without context. */
  readonly title: string;
  /** What was seen: names, masked values, counts. */
  readonly detail?: string;
  /** What to do next, as an instruction. */
  readonly nextStep: string;
  readonly fate: Fate;
  readonly where?: ErrorPlace;
  readonly cause?: unknown;
}

/** The only error that leaves a room. Callers match on `code` and `fate`, never on text. */
export class GodwitError extends Error {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly nextStep: string;
  readonly fate: Fate;
  readonly where: ErrorPlace;

  constructor(content: GodwitErrorContent) {
    super(content.detail ? `${content.title}: ${content.detail}` : content.title, { cause: content.cause });
    this.name = 'GodwitError';
    this.code = content.code;
    this.title = content.title;
    this.detail = content.detail ?? '';
    this.nextStep = content.nextStep;
    this.fate = content.fate;
    this.where = content.where ?? {};
  }

  toJSON(): Record<string, unknown> {
    const { code, title, detail, nextStep, fate, where } = this;
    return { code, title, detail, nextStep, fate, where };
  }
}

/** Narrows an unknown failure to a GodwitError, optionally with one code. */
export function isGodwitError(error: unknown, code?: string): error is GodwitError {
  return error instanceof GodwitError && (code === undefined || error.code === code);
}
