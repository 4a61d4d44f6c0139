import { systemClock, systemRandom } from '../../host/index.ts';
import { parseFaultScript } from '../fault-script.ts';
import { PracticeClock } from '../practice-clock.ts';
import { PracticeServer } from '../practice-server.ts';
import { PracticeState } from '../practice-state.ts';
import { readDescription } from '../read-description.ts';
import { parseOrg } from './org-file.ts';
import { SalesforceSystem } from './salesforce-system.ts';

export interface PracticeSalesforceOptions {
  /** SQLite file that keeps everything; it is begun where there is none. `:memory:` keeps nothing. */
  readonly state: string;
  /** 0 for any free one. */
  readonly port?: number;
  /** File that describes the org, or what would stand in it. */
  readonly org?: string | object;
  /** File with a fault script, or what would stand in it. */
  readonly faults?: string | object;
  /** How many times as fast as the machine's clock its time runs; 1 unless told. */
  readonly speed?: number;
  /** ISO instant at which its time begins; where it stopped last, or now, unless told. */
  readonly start?: string;
}

/** More than a bulk upload may hold, so that the refusal is the vendor's. */
const bodyMaxBytes = 160 * 1024 * 1024;

/**
 * Starts a practice Salesforce on this machine. Throws `practice.port-taken`, `practice.state-foreign`,
 * `practice.file-unreadable`.
 */
export async function openPracticeSalesforce(options: PracticeSalesforceOptions): Promise<PracticeServer> {
  const org = parseOrg(contentOf(options.org), fileOf(options.org));
  const state = new PracticeState(options.state, 'salesforce');
  try {
    const startMs = Date.parse(options.start ?? state.about('now') ?? systemClock.now());
    const clock = new PracticeClock(systemClock, startMs, options.speed ?? 1);
    const system = new SalesforceSystem({ state, clock, random: systemRandom, org });
    const script = parseFaultScript(contentOf(options.faults), fileOf(options.faults), system.orders);
    return await PracticeServer.open({ system, clock, port: options.port ?? 0, script, bodyMaxBytes });
  } catch (error) {
    state[Symbol.dispose]();
    throw error;
  }
}

const contentOf = (given: string | object | undefined): unknown =>
  typeof given === 'string' ? readDescription(given) : given;
const fileOf = (given: string | object | undefined): string =>
  typeof given === 'string' ? given : '(given)';
