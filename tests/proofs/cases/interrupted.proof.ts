import type { MoveResult } from '../interrupted/interrupted-move.ts';
import { figuresOf, inItsLane, interruptedMoves } from '../interrupted/interrupted-moves.ts';
import { legs } from '../interrupted/stable.ts';
import type { Proof } from '../proof.ts';

const slices = 60;

/**
 * 300 kills (SIGKILL) of the process that moves and 100 restarts of the servers under it, over every pair of systems in every
 * lane between them: whole slices behind each of them, and every record once at the end.
 */
export const prove: Proof = async ({ seed, count, enough, progress, say }) => {
  const kills = count ?? 300;
  const results = await interruptedMoves({ seed, kills, slices, progress, enough, say });
  const figures = figuresOf(results);
  for (const line of [...figures.killsOverTheWay, ...figures.restartsOverTheWay]) say(line);
  const cut = figures.kills < kills || figures.restarts < kills / 3;
  const holds =
    !cut &&
    figures.wrong === 0 &&
    results.every(inItsLane) &&
    figures.legs === legs.length &&
    figures.slicesMin >= 30 &&
    figures.killsBetweenFirstAndLast >= figures.kills * 0.8 &&
    figures.restartsBetweenFirstAndLast >= figures.restarts * 0.8;
  return { holds, cut, figures: { ...figures, each: results.map(shown) } };
};

function shown({ atKill, atRestart, ...rest }: MoveResult): object {
  return { ...rest, atKill: atKill.join(' '), atRestart: atRestart.join(' ') };
}
