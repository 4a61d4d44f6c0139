import { journalContract } from '../../src/engine/journal/journal.contract.ts';
import { Draw } from './draw.ts';
import { calm, Life } from './life.ts';
import { JournalShelf, SimulatedJournal } from './simulated-journal.ts';
import { WorldTime } from './world-time.ts';

journalContract('simulated', async () => {
  const shelf = new JournalShelf();
  const time = new WorldTime();
  return {
    open: async () => new SimulatedJournal(shelf, new Life(time, new Draw(1), calm)),
    destroy: async () => undefined,
  };
});
