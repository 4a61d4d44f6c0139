import { workBoardContract } from '../../src/engine/journal/work-board.contract.ts';
import { SimulatedBoard } from './simulated-board.ts';

workBoardContract('simulated', async () => {
  const board = new SimulatedBoard(() => 0, 3_600_000);
  return {
    open: async () => board,
    silence: async (worker) => board.silence(worker),
    destroy: async () => undefined,
  };
});
