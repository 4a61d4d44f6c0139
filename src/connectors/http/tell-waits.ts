import type { CallWait } from '../../model/index.ts';
import type { OpenContext } from '../port.ts';
import { circuitName } from './pauses-seen.ts';
import type { TransportOptions } from './transport.ts';
import type { VendorTime } from './vendor-time.ts';

type Told = Pick<TransportOptions, 'onPause' | 'onGoOn' | 'waitMostMs' | 'giveUp'>;

type Context = Pick<OpenContext, 'log' | 'onWait' | 'callsWaitMostMs' | 'giveUpWaiting'>;

/** Passes on what calls wait for, in the machine's time, to whoever opened the system; a rest of the circuit is none of it. */
export function tellWaits(
  { log, onWait, callsWaitMostMs, giveUpWaiting }: Context,
  { speed }: VendorTime,
  clock: CallWait['clock'],
): Told {
  return {
    onPause: ({ because, spent, waitMs, until }) => {
      log.info('pause', { because, until });
      if (because !== circuitName) onWait?.({ spent, until, machineMs: waitMs / speed, clock, speed });
    },
    onGoOn: () => onWait?.(null),
    ...(giveUpWaiting === undefined ? {} : { giveUp: giveUpWaiting }),
    ...(callsWaitMostMs === undefined ? {} : { waitMostMs: callsWaitMostMs * speed }),
  };
}
