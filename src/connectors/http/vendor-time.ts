import {
  type Clock,
  PracticeClock,
  type SteadyTime,
  steadyTimeOf,
  systemSteadyTime,
} from '../../host/index.ts';
import { noPracticeTime } from './faults.ts';
import { isOwnMachine, OwnHosts } from './own-hosts.ts';
import { openWire } from './wire.ts';

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
 * Where a practice system listens, its time: what it is there, and how fast it runs. Asked once; a change of speed later on
 * is not followed. Throws `http.not-encrypted`, and `http.no-practice-time` where no practice system of this machine says one.
 */
export async function practiceTime(
  address: string,
  { machine, signal }: { readonly machine: Clock; readonly signal: AbortSignal },
): Promise<VendorTime> {
  const url = new OwnHosts(address, []).resolve('/__practice/state');
  if (!isOwnMachine(url)) throw noPracticeTime(url.host, 'it is not on this machine');
  const { now, speed } = await stateAt(url, signal);
  const startMs = typeof now === 'string' ? Date.parse(now) : Number.NaN;
  if (!Number.isFinite(startMs) || typeof speed !== 'number' || !(speed > 0))
    throw noPracticeTime(url.host, 'it says no time');
  const clock = new PracticeClock(machine, startMs, speed);
  return { clock, steady: steadyTimeOf(clock, `practice ${url.host}`), speed };
}

interface PracticeState {
  readonly now?: unknown;
  readonly speed?: unknown;
}

async function stateAt(url: URL, signal: AbortSignal): Promise<PracticeState> {
  await using wire = await openWire({ connectMs: 5_000, headBytesMax: 65_536 });
  try {
    const answer = await wire.send(url.href, { signal });
    return (await answer.json()) as PracticeState;
  } catch (error) {
    signal.throwIfAborted();
    throw noPracticeTime(url.host, 'it does not answer as one', error);
  }
}
