import type { Clock, Log, Random, Seal } from '../host/index.ts';
import type { CallMade, CallWait } from '../model/index.ts';
import type { OwnDatabase } from './own-database.ts';

/** With what a system is opened. */
export interface OpenContext {
  /** The system's name in `godwit.yaml`, for messages. */
  readonly name: string;
  readonly role: 'source' | 'target' | 'sandbox';
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Seals before-images that are stored in the target; null when nothing will be written. */
  readonly seal: Seal | null;
  readonly signal: AbortSignal;
  /** Where calls are counted together with those of other machines; null or absent where this one counts alone. */
  readonly quotasIn?: () => OwnDatabase | null;
  /** Told of every call that left for a system that counts calls, those that are tried again too. */
  readonly onCall?: (call: CallMade) => void;
  /** Told when calls wait because too many were made, again when they still do, and with null when they go on. */
  readonly onWait?: (wait: CallWait | null) => void;
  /** How long a call may wait for that, in milliseconds; for ever where it is not said. */
  readonly callsWaitMostMs?: number;
  /** Ends such waits, and nothing else: whoever waits is thrown its reason. */
  readonly giveUpWaiting?: AbortSignal;
  /** How long a statement waits for a lock of others; 30 s where it is not said. */
  readonly lockTimeoutMs?: number;
}
