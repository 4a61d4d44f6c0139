import { flushCompileCache } from 'node:module';
import { PracticeClock, systemClock } from '../../../src/host/index.ts';
import { Mover } from './mover.ts';

/** One life of a move, which goes on where the life before it was ended. Arguments: the account's address, the project's folder, how many people. */
const [server = '', folder = '', records = ''] = process.argv.slice(2);
// A process that is killed leaves none of it behind.
flushCompileCache();
// What was lost may still be under way: that wait need not be a second long here.
const clock = new PracticeClock(systemClock, Date.parse(systemClock.now()), 20);
const mover = new Mover({ server, folder, clock, records: Number(records) });
await mover.move();
await mover.close();
