import type { Clock, Log } from '../host/index.ts';
import { isGodwitError } from '../model/index.ts';
import type { OpenSystem } from './port.ts';
import type { OthersAtWork } from './watches.ts';

/** Sessions that may not be seen count as at work when the server does at least so much a second, whoever does it. */
const statementsPerSecondMin = 50;

/**
 * Whether others work on a system now. In doubt they do: a look that fails leaves what was known, and of sessions that may
 * not be seen only how busy the server is as a whole tells.
 */
export class OthersWatch {
  readonly #clock: Clock;
  readonly #log: Log;
  #before: { readonly atMs: number; readonly statements: bigint } | null = null;
  #known = true;
  #tells: boolean | null = null;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Null where the system does not tell. */
  async look({ watches }: OpenSystem): Promise<boolean | null> {
    if (!watches) return null;
    try {
      this.#tells ??= (await watches.refuses('others-at-work')) === null;
      if (!this.#tells) return null;
      const { others } = await watches.read(new Set(['others-at-work']));
      if (others) this.#known = this.#atWork(others);
    } catch (error) {
      if (!isGodwitError(error)) throw error;
      this.#log.debug('it could not be seen whether others work on the source', { code: error.code });
    }
    return this.#known;
  }

  #atWork({ sessions, hidden, statements }: OthersAtWork): boolean {
    const now = { atMs: this.#clock.elapsedMs(), statements: BigInt(statements) };
    const before = this.#before;
    this.#before = now;
    if (sessions > 0) return true;
    if (hidden === 0) return false;
    if (before === null || now.atMs <= before.atMs) return true;
    const perSecond = (Number(now.statements - before.statements) * 1_000) / (now.atMs - before.atMs);
    return perSecond >= statementsPerSecondMin;
  }
}
