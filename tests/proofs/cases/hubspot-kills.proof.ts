import { SeededChoice } from '../../../demo/seeded-choice.ts';
import { type KilledMove, killAMove } from '../hubspot-faults/killed-moves.ts';
import type { Proof } from '../proof.ts';

const [records, killsOfAMove] = [2_000, 5];

/**
 * 100 kills (SIGKILL) of moves of 2,000 people, their companies and their links into a practice HubSpot, five of each move, at calls and
 * moments drawn from the seed. Each move ends with every record there once, with its values and its link, by the account's own
 * file; and with nothing once it is taken back.
 */
export const prove: Proof = async ({ seed, count, enough, progress, say }) => {
  const killsMost = count ?? 100;
  const moves: KilledMove[] = [];
  const kills = (): readonly string[] => moves.flatMap((move) => move.kills);
  const bad = (): readonly KilledMove[] => moves.filter(isWrong);
  while (kills().length < killsMost) {
    const part = `move ${moves.length + 1}`;
    if (!progress.has(part) && enough()) break;
    const choice = new SeededChoice(seed + moves.length);
    const left = Math.min(killsOfAMove, killsMost - kills().length);
    moves.push(
      await progress.once(
        part,
        async () => await killAMove({ records, killsMost: left, random: () => choice.fraction() }),
      ),
    );
    say(`${moves.length} moves, ${kills().length} kills, ${bad().length} bad`);
  }
  const cut = kills().length < killsMost;
  const figures = { moves: moves.length, records, kills: kills().length, where: kills(), bad: bad() };
  return { holds: bad().length === 0 && !cut, cut, figures };
};

const isWrong = ({ doubled, missing, altered, linksMissing, left }: KilledMove): boolean =>
  doubled + missing + altered + linksMissing + left > 0;
