import { expect } from 'vitest';
import { comparable, fits, walkPage } from './walk-page.ts';

/** Every block of a page is run; what is printed and how it ends must be what the page says. */
export function expectWalk(page: string, blocksMin: number): void {
  const walked = walkPage(page);
  expect(walked.length).toBeGreaterThanOrEqual(blocksMin);
  for (const { line, commands, expected, expectedExit, printed, exit } of walked) {
    const told = `${page}:${line}\n${commands}`;
    if (expected !== null && !fits(expected, printed))
      expect(comparable(printed), told).toEqual(comparable(expected));
    expect({ exit, printed }, told).toEqual({ exit: expectedExit, printed });
  }
}
