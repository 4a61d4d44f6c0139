/** `node tests/proofs/kill-nine/prove-kill-nine.ts`: 50 kills of a move of 200,000 records; writes the result beside it. */
import { writeFile } from 'node:fs/promises';
import { startPostgres } from '../../servers/index.ts';
import { histogram, killNine } from './kill-nine.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
await using server = await startPostgres({ major: 18 });
const result = await killNine({
  server,
  records: 200_000,
  kills: 50,
  rowsPerSlice: 5_000,
  random: Math.random,
  say,
});
for (const line of histogram(result)) say(line);
say(JSON.stringify({ ...result, slicesAtKill: undefined }, null, 2));
const wrong =
  result.recordsFound !== result.recordsExpected ||
  result.recordsDifferent + result.recordsTwice + result.accountsTwice + result.killsWithPartOfASlice > 0 ||
  result.quarantineFound !== result.quarantineExpected ||
  result.slices < 30 ||
  result.killsBetweenFirstAndLast < 40;
const proof = { ...result, histogram: histogram(result), proven: !wrong };
await writeFile(new URL('./result.json', import.meta.url), `${JSON.stringify(proof, null, 2)}\n`);
say(wrong ? 'NOT PROVEN' : 'proven');
process.exitCode = wrong ? 1 : 0;
