import { type Fingerprint, fingerprintDifference, fingerprintText } from './fingerprint.ts';
import { GodwitError } from './godwit-error.ts';

/**
 * The right to write to one system, once agreed. `Warrant.issue` may be called in `src/runbook` only (a law check fails
 * the build otherwise); whoever writes calls `permit` first.
 *
 * Invariants: 1. it names exactly one target. 2. it expires. 3. it covers the listed steps and no others.
 */
export interface WarrantContent {
  /** `sha256:` id of the signed runbook; for a rehearsal the id of the draft it rehearses. */
  readonly runbookId: string;
  readonly world: 'live' | 'rehearsal';
  readonly target: Fingerprint;
  readonly steps: readonly string[];
  /** ISO instant in UTC. */
  readonly expiresAt: string;
  /** Digests of the approvals it rests on; empty for a rehearsal. */
  readonly approvals: readonly string[];
  /** Digest of the decision that stands for approvals that are missing. Left out: none are. */
  readonly breakGlass?: string;
}

export class Warrant {
  readonly #content: WarrantContent;

  private constructor(content: WarrantContent) {
    this.#content = Object.freeze({ ...content });
  }

  static issue(content: WarrantContent): Warrant {
    return new Warrant(content);
  }

  get content(): WarrantContent {
    return this.#content;
  }

  /**
   * Throws `warrant.refused` unless this warrant covers the step on that system now.
   * @param now ISO instant in UTC
   */
  permit(step: string, target: Fingerprint, now: string): void {
    const different = fingerprintDifference(this.#content.target, target);
    if (different.length > 0) {
      throw refused(
        `the warrant is for ${fingerprintText(this.#content.target)}, this is ${fingerprintText(target)} (differs in ${different.join(', ')})`,
      );
    }
    if (!this.#content.steps.includes(step)) throw refused(`step ${step} is not in the approved runbook`);
    if (now >= this.#content.expiresAt)
      throw refused(`it expired at ${this.#content.expiresAt}, now is ${now}`);
  }
}

function refused(detail: string): GodwitError {
  return new GodwitError({
    code: 'warrant.refused',
    title: 'This write is not covered by what was approved',
    detail,
    nextStep: 'Make a new plan for this system with `godwit plan` and have it approved.',
    fate: 'pause',
  });
}
