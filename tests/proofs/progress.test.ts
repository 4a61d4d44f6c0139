import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Progress } from './progress.ts';

test('a proof that was cut goes on behind its last whole line, with the seed it was begun with', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-progress-'));
  const path = join(folder, 'deeper', 'case.jsonl');
  const worked: string[] = [];
  const work = (name: string) => async () => {
    worked.push(name);
    return { of: name };
  };
  try {
    expect(new Progress(path, { seed: 6, asked: true }).has('one')).toBe(false);
    // Nothing was found with that seed, so nothing stands in the way of another.
    const begun = new Progress(path, { seed: 7, asked: true });
    await begun.once('one', work('one'));
    await begun.once('two', work('two'));
    // The process is killed while a third line is written.
    appendFileSync(path, '{"part":"three","minu');
    const on = new Progress(path, { seed: 99, asked: false });
    expect(on.seed).toBe(7);
    expect(await on.once('two', work('two'))).toEqual({ of: 'two' });
    expect(on.has('three')).toBe(false);
    expect(await on.once('three', work('three'))).toEqual({ of: 'three' });
    expect(worked).toEqual(['one', 'two', 'three']);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { seed: 7 },
      { part: 'one', found: { of: 'one' } },
      { part: 'two' },
      { part: 'three' },
    ]);
    expect(() => new Progress(path, { seed: 8, asked: true })).toThrow('begun with seed 7');
    on.end();
    expect(new Progress(path, { seed: 8, asked: true }).has('one')).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('without a file it keeps what was found for as long as it lives', async () => {
  const progress = new Progress(null, { seed: 1, asked: false });
  progress.keep('one', 1);
  expect(await progress.once('one', async () => 2)).toBe(1);
  expect(progress.minutes).toBeGreaterThanOrEqual(0);
});
