import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ManyStormsTally, runManyStorms } from './many-storms.ts';
import { addTally, emptyTally, type StormTally } from './storm-tally.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const worldsInPiece = 2_000;

/**
 * The worlds of the first so many seeds in pieces, each kept in the folder when it is through: a proof that was cut off goes on
 * with the piece it was in. A piece belongs to the sources it was made with; with others it is made again.
 */
export async function runInPieces(
  seeds: number,
  folder: string,
  told: (piece: StormTally, done: number) => void,
): Promise<ManyStormsTally> {
  mkdirSync(folder, { recursive: true });
  const sources = digestOfSources();
  const tally = emptyTally();
  let [threads, seconds] = [0, 0];
  for (let from = 1; from <= seeds; from += worldsInPiece) {
    const many = Math.min(worldsInPiece, seeds - from + 1);
    const piece = await kept(join(folder, `${sources}-${from}-${many}.json`), from, many);
    addTally(tally, piece);
    threads = Math.max(threads, piece.threads);
    seconds += piece.seconds;
    told(piece, tally.seeds);
  }
  return { threads, seconds, worldsPerMinute: Math.round((tally.seeds / seconds) * 60), ...tally };
}

async function kept(path: string, from: number, seeds: number): Promise<ManyStormsTally> {
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as ManyStormsTally;
  const piece = await runManyStorms({ from, seeds, told: () => undefined });
  writeFileSync(`${path}.new`, JSON.stringify(piece));
  renameSync(`${path}.new`, path);
  return piece;
}

/** Of the engine and of the storms, and of what chance is drawn with. */
function digestOfSources(): string {
  const hash = createHash('sha256');
  for (const folder of ['src', 'tests/storm', 'demo']) {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((one) => one.endsWith('.ts')).sort())
      hash.update(`${folder}/${name}\0`).update(readFileSync(join(root, folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}
