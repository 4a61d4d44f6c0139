import {
  type Clock,
  PracticeClock,
  type SteadyTime,
  steadyTimeOf,
  systemSteadyTime,
} from '../../host/index.ts';
import { noPracticeTime } from './faults.ts';
import { isOwnMachine, OwnHosts } from './own-hosts.ts';
import { openWire, type Wire } from './wire.ts';

/** In which time a vendor lives. */
export interface VendorTime {
  readonly clock: Clock;
  /** The same time, as processes compare it that share a quota. */
  readonly steady: SteadyTime;
  /** How many times as fast as the machine's it runs. */
  readonly speed: number;
}

/** A real vendor lives in the machine's time. */
export const machineTime = (clock: Clock): VendorTime => ({ clock, steady: systemSteadyTime, speed: 1 });

/**
 * Where a practice system listens, its time: what it is there, and how fast it runs. It never runs ahead of the time there, and is
 * behind by as long as the quickest of a few answers took: in fast time milliseconds are minutes, and processes that share a quota
 * would each be behind by their own. A change of speed later on is not followed. Throws `http.not-encrypted`, and
 * `http.no-practice-time` where no practice system of this machine says one.
 */
export async function practiceTime(
  address: string,
  { machine, signal }: { readonly machine: Clock; readonly signal: AbortSignal },
): Promise<VendorTime> {
  const url = new OwnHosts(address, []).resolve('/__practice/state');
  if (!isOwnMachine(url)) throw noPracticeTime(url.host, 'it is not on this machine');
  const { thereMs, speed, heardMs } = await quickestTime(url, { machine, signal });
  const clock = new PracticeClock(machine, thereMs + (machine.elapsedMs() - heardMs) * speed, speed);
  return { clock, steady: steadyTimeOf(clock, `practice ${url.host}`), speed };
}

/** The first answer waits for a connection, and for code that was never run. */
const answersHeard = 5;

interface TimeThere {
  /** Milliseconds since 1970. */
  readonly thereMs: number;
  readonly speed: number;
  /** When it was heard here, by the machine's elapsed milliseconds, and how long it was on its way at most. */
  readonly heardMs: number;
  readonly tookMs: number;
}

async function quickestTime(
  url: URL,
  { machine, signal }: { readonly machine: Clock; readonly signal: AbortSignal },
): Promise<TimeThere> {
  await using wire = await openWire({ connectMs: 5_000, headBytesMax: 65_536 });
  const times: TimeThere[] = [];
  for (let count = 0; count < answersHeard; count += 1) {
    const fromMs = machine.elapsedMs();
    const { thereMs, speed } = await timeAt(url, wire, signal);
    const heardMs = machine.elapsedMs();
    times.push({ thereMs, speed, heardMs, tookMs: heardMs - fromMs });
  }
  return times.reduce((quickest, time) => (time.tookMs < quickest.tookMs ? time : quickest));
}

async function timeAt(
  url: URL,
  wire: Wire,
  signal: AbortSignal,
): Promise<Pick<TimeThere, 'thereMs' | 'speed'>> {
  const { now, speed } = await stateAt(url, wire, signal);
  const thereMs = typeof now === 'string' ? Date.parse(now) : Number.NaN;
  if (!Number.isFinite(thereMs) || typeof speed !== 'number' || !(speed > 0))
    throw noPracticeTime(url.host, 'it says no time');
  return { thereMs, speed };
}

interface PracticeState {
  readonly now?: unknown;
  readonly speed?: unknown;
}

async function stateAt(url: URL, wire: Wire, signal: AbortSignal): Promise<PracticeState> {
  try {
    const answer = await wire.send(url.href, { signal });
    return (await answer.json()) as PracticeState;
  } catch (error) {
    signal.throwIfAborted();
    throw noPracticeTime(url.host, 'it does not answer as one', error);
  }
}
