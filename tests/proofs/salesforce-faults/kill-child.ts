import { flushCompileCache } from 'node:module';
import { PracticeClock, systemClock } from '../../../src/host/index.ts';
import { OrgMove } from './org-move.ts';

/**
 * One life of a move, which goes on where the life before it was ended. Arguments: the org's address, the project's folder, how
 * many contacts, and of how many records a slice is.
 */
const [instance = '', folder = '', contacts = '', rowsPerSlice = ''] = process.argv.slice(2);
// A process that is killed leaves none of it behind.
flushCompileCache();
// What was lost may still be under way: that wait need not be a second long here.
const clock = new PracticeClock(systemClock, Date.parse(systemClock.now()), 20);
const sizes = { contacts: Number(contacts), rowsPerSlice: Number(rowsPerSlice) };
const move = new OrgMove({ instance, folder, clock, ...sizes });
await move.move();
await move.close();
