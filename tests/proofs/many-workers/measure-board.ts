import type { PostgresAccess } from '../../servers/index.ts';
import { type ManyOrder, ManyWorld } from '../../workers/many-world.ts';
import type { BoardCosts } from './simulate.ts';

interface BoardSize {
  readonly workers: number;
  readonly slices: number;
  /** How often each operation is measured. */
  readonly rounds: number;
}

/** What the operations of the real board cost, with so many workers seated and so many slices offered. */
export async function measureBoard(
  server: PostgresAccess,
  { workers, slices, rounds }: BoardSize,
): Promise<BoardCosts> {
  const { host, port, user, password } = server;
  const database = await server.createDatabase();
  const order: ManyOrder = {
    host,
    port,
    user,
    password,
    database,
    rowsPerSlice: 1,
    leaseMs: 3_600_000,
    beatMs: 1,
  };
  const worlds = await Promise.all(Array.from({ length: sideBySide }, async () => ManyWorld.open(order)));
  try {
    return await new Measuring(worlds, { workers, slices, rounds }).costs();
  } finally {
    for (const world of worlds) await world[Symbol.asyncDispose]();
  }
}

const sideBySide = 8;
const counts = { rowsRead: 1, rowsWritten: 1, rowsQuarantined: 0, rowsPurged: 0 };

class Measuring {
  readonly #worlds: readonly ManyWorld[];
  readonly #size: BoardSize;
  /** With a limit, as every run has one: those who take slices come one after the other. */
  readonly #offer: { readonly run: string; readonly step: string; readonly atOnceMax: number };

  constructor(worlds: readonly ManyWorld[], size: BoardSize) {
    this.#worlds = worlds;
    this.#size = size;
    this.#offer = { run: 'run', step: 'step', atOnceMax: size.workers + 2 * size.rounds };
  }

  async costs(): Promise<BoardCosts> {
    const { workers, slices, rounds } = this.#size;
    const board = this.#board(0);
    for (let at = 0; at < workers; at += 1)
      await board.join({ worker: `w${at}`, host: 'h', pid: at, version: '1.0.0', purpose: 'p' });
    const leading = await board.lead('w0', 'run');
    if (!leading.leads) throw new Error('nobody else is there');
    const rest = { runbookId: 'r', version: '1.0.0', view: null, position: 'p' };
    await board.offer(leading.token, {
      ...this.#offer,
      ...rest,
      slices: Array.from({ length: slices }, (_none, at) => at),
    });
    const bring = async (at: number, place: number): Promise<void> => {
      const claim = await this.#board(place).claim(`w${at % workers}`, this.#offer);
      if (claim) await this.#board(place).settle(claim, { kind: 'done', counts });
    };
    // As many are held as there are workers: what is counted for the limit is what a full run has.
    for (let at = 0; at < workers; at += 1) await board.claim(`w${at}`, this.#offer);
    const claimMs = await this.#each(
      rounds,
      async (at) => void (await board.claim(`w${at % workers}`, this.#offer)),
    );
    const bothMs = await this.#each(rounds, async (at) => bring(at, 0));
    const beatMs = await this.#each(rounds, async (at) => void (await board.beat(`w${at % workers}`)));
    const tallyMs = await this.#each(
      Math.ceil(rounds / 10),
      async () => void (await board.tally('run', 'step')),
    );
    const beside = await Promise.all(
      this.#worlds.map(async (_world, place) =>
        this.#each(rounds, async (at) => bring(place * 100 + at, place)),
      ),
    );
    const besideMs = beside.reduce((sum, ms) => sum + ms, 0) / beside.length;
    const atOnce = (bothMs / besideMs) * beside.length;
    return { claimMs, settleMs: Math.max(0.01, bothMs - claimMs), beatMs, tallyMs, atOnce };
  }

  #board(place: number): ManyWorld['board'] {
    const world = this.#worlds[place];
    if (!world) throw new RangeError(`no world ${place}`);
    return world.board;
  }

  /** The median in milliseconds: a machine that halts for a moment says nothing of the board. */
  async #each(rounds: number, work: (at: number) => Promise<void>): Promise<number> {
    const times: number[] = [];
    for (let at = 0; at < rounds; at += 1) {
      const began = performance.now();
      await work(at);
      times.push(performance.now() - began);
    }
    return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
  }
}
