import { SeededChoice } from '../../../demo/seeded-choice.ts';
import { killAMove } from '../hubspot-faults/killed-moves.ts';
import type { Proof } from '../proof.ts';

const [records, killsOfAMove] = [2_000, 5];

/**
 * 100 kills (SIGKILL) of moves of 2,000 people, their companies and their links into a practice HubSpot, five of each move, at calls and
 * moments drawn from the seed. Each move ends with every record there once, with its values and its link, by the account's own
 * file; and with nothing once it is taken back.
 */
export const prove: Proof = async ({ seed, count, enough, say }) => {
  const choice = new SeededChoice(seed);
  const killsMost = count ?? 100;
  const bad: unknown[] = [];
  const where: string[] = [];
  let moves = 0;
  while (where.length < killsMost && !enough()) {
    const left = Math.min(killsOfAMove, killsMost - where.length);
    const result = await killAMove({ records, killsMost: left, random: () => choice.fraction() });
    moves += 1;
    where.push(...result.kills);
    if (result.doubled + result.missing + result.altered + result.linksMissing + result.left > 0) {
      bad.push(result);
      say(JSON.stringify(result));
    }
    say(`${moves} moves, ${where.length} kills, ${bad.length} bad`);
  }
  const holds = bad.length === 0 && where.length === killsMost;
  return { holds, figures: { moves, records, kills: where.length, where, bad } };
};
