import type { LockHeld, Reading, Vitals } from '../connectors/index.ts';
import type { Clock, Log } from '../host/index.ts';
import { isGodwitError } from '../model/index.ts';

export type StallRole = 'source' | 'target';

/** What keeps the work from going on, as the systems tell it. */
export interface Stall {
  readonly role: StallRole;
  readonly kind: 'lock' | 'no-answer';
  /** A sentence for people without a full stop; the same while the cause is the same. */
  readonly words: string;
  /** What else is known of it now, to be put behind; empty where nothing is. */
  readonly more: string;
}

export interface StallOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** What an open system says of itself; null while it is not open, or tells nothing. */
  readonly look: (role: StallRole, wanted: ReadonlySet<Reading>) => Promise<Vitals | null>;
  /** Work that takes no longer is looked at by nobody; other work is, as often. */
  readonly everyMs: number;
  /** Told when a cause is first seen, and again when it is another one. */
  readonly onStall: (stall: Stall) => void;
}

/** Who does not say how it is within this time does not answer. */
const answerMs = 10_000;
const wanted: ReadonlySet<Reading> = new Set(['lock-holders']);

/** How long a cause that was seen explains a failure. */
const knownForMs = 120_000;

/**
 * Looks at both systems while some work of the engine takes long, and says what holds it up: whose lock, or that a system does
 * not answer at all. It only says so: work that waits for a lock lets go by its own time limit and is tried again.
 *
 * Invariants: 1. it never writes and never ends anything. 2. what it fails to see is no cause. 3. no statement and no value of
 * anybody is in its words.
 */
export class StallWatch {
  readonly #options: StallOptions;
  #active = 0;
  #over = new AbortController();
  #present: { readonly stall: Stall; readonly fromMs: number } | null = null;
  #last: { readonly stall: Stall; readonly atMs: number } | null = null;
  readonly #stoodMs = new Map<string, number>();

  constructor(options: StallOptions) {
    this.#options = options;
  }

  /** What was seen last, a short while ago at most; null when nothing was. */
  get cause(): Stall | null {
    const last = this.#last;
    return last !== null && this.#options.clock.elapsedMs() - last.atMs < knownForMs ? last.stall : null;
  }

  /** Does the work, with an eye on what holds it up. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#options.everyMs === 0) return work();
    this.#active += 1;
    if (this.#active === 1) {
      this.#over = new AbortController();
      void this.#keepLooking(this.#over.signal);
    }
    try {
      return await work();
    } finally {
      this.#active -= 1;
      if (this.#active === 0) {
        this.#over.abort();
        this.#see(null, 0);
      }
    }
  }

  /** What held up work since it was asked last, for people. */
  takeNotes(): readonly string[] {
    const notes = [...this.#stoodMs].map(
      ([words, ms]) => `stood still for ${Math.round(ms / 1_000)} s in all: ${words}`,
    );
    this.#stoodMs.clear();
    return notes;
  }

  async #keepLooking(over: AbortSignal): Promise<void> {
    const { clock, everyMs } = this.#options;
    for (;;) {
      try {
        await clock.sleep(everyMs, over);
      } catch {
        return;
      }
      const seen = (await this.#lookAt('target', over)) ?? (await this.#lookAt('source', over));
      if (over.aborted) return;
      this.#see(seen, everyMs);
    }
  }

  /** @param alreadyMs how long it may have lasted when it is first seen */
  #see(seen: Stall | null, alreadyMs: number): void {
    const { clock, log, onStall } = this.#options;
    const nowMs = clock.elapsedMs();
    const before = this.#present;
    if (seen !== null) this.#last = { stall: seen, atMs: nowMs };
    if (before !== null && before.stall.words === seen?.words) return;
    if (before !== null) {
      const { words } = before.stall;
      this.#stoodMs.set(words, (this.#stoodMs.get(words) ?? 0) + nowMs - before.fromMs);
    }
    this.#present = seen && { stall: seen, fromMs: nowMs - alreadyMs };
    if (seen === null) return;
    log.warn('the work stands still', { role: seen.role, cause: seen.words });
    onStall(seen);
  }

  async #lookAt(role: StallRole, over: AbortSignal): Promise<Stall | null> {
    const { clock, look, log } = this.#options;
    const answered = new AbortController();
    const silence = clock.sleep(answerMs, AbortSignal.any([over, answered.signal])).then(
      () => 'silent' as const,
      () => null,
    );
    const asked = look(role, wanted).catch((error: unknown): 'silent' | null => {
      log.debug('it could not be seen what holds the work up', { role, reason: codeOf(error) });
      return isGodwitError(error) && error.fate === 'later' ? 'silent' : null;
    });
    const vitals = await Promise.race([asked, silence]);
    answered.abort();
    if (vitals === 'silent')
      return { role, kind: 'no-answer', words: `the ${role} does not answer`, more: '' };
    const [holder] = vitals?.lockHolders ?? [];
    return holder ? lockStall(role, holder) : null;
  }
}

function codeOf(error: unknown): string {
  return isGodwitError(error) ? error.code : String(error);
}

/** `a lock on person in the target is held by nightly report (pid 311, user ada, idle in transaction)`. */
function lockStall(
  role: StallRole,
  { session, application, user, state, inTransactionMs, relation }: LockHeld,
): Stall {
  const on = relation === null ? '' : ` on ${relation}`;
  const about = [
    ...(application === '' ? [] : [session]),
    ...(user === '' ? [] : [`user ${user}`]),
    ...(state === '' ? [] : [state]),
  ].join(', ');
  const who = `${application === '' ? session : application}${about === '' ? '' : ` (${about})`}`;
  const more =
    inTransactionMs === null ? '' : `, in a transaction of ${Math.round(inTransactionMs / 1_000)} s`;
  return { role, kind: 'lock', words: `a lock${on} in the ${role} is held by ${who}`, more };
}
