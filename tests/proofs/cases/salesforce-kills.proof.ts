import { SeededChoice } from '../../../demo/seeded-choice.ts';
import type { Proof } from '../proof.ts';
import { type KilledOrgMove, killAnOrgMove } from '../salesforce-faults/killed-moves.ts';

const [contacts, killsOfAMove] = [2_000, 5];

/**
 * 100 kills (SIGKILL) of moves of 2,000 contacts and their 200 accounts into a practice Salesforce, five of each move, at calls and
 * moments drawn from the seed; every second move by bulk jobs. Each move ends with every record there once, with its values and its
 * account, by the org's own file; and with nothing once it is taken back.
 */
export const prove: Proof = async ({ seed, count, enough, progress, say }) => {
  const killsMost = count ?? 100;
  const moves: KilledOrgMove[] = [];
  const kills = (): readonly string[] => moves.flatMap((move) => move.kills);
  const bad = (): readonly KilledOrgMove[] => moves.filter(isWrong);
  while (kills().length < killsMost) {
    const part = `move ${moves.length + 1}`;
    if (!progress.has(part) && enough()) break;
    const choice = new SeededChoice(seed + moves.length);
    const most = Math.min(killsOfAMove, killsMost - kills().length);
    const move = {
      contacts,
      inBulk: moves.length % 2 === 1,
      killsMost: most,
      random: () => choice.fraction(),
    };
    moves.push(await progress.once(part, async () => await killAnOrgMove(move)));
    say(`${moves.length} moves, ${kills().length} kills, ${bad().length} bad`);
  }
  const cut = kills().length < killsMost;
  const figures = { moves: moves.length, contacts, kills: kills().length, where: kills(), bad: bad() };
  return { holds: bad().length === 0 && !cut, cut, figures };
};

const isWrong = ({ doubled, missing, altered, linksWrong, left }: KilledOrgMove): boolean =>
  doubled + missing + altered + linksWrong + left > 0;
