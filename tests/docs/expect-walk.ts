import { expect } from 'vitest';
import { comparable, fits, type WalkedBlock, walkPage } from './walk-page.ts';

/** Every block of a page is run; what is printed and how it ends must be what the page says. All that differs is told at once. */
export function expectWalk(page: string, blocksMin: number): void {
  const walked = walkPage(page);
  expect(walked.length).toBeGreaterThanOrEqual(blocksMin);
  const wrong = walked.filter(
    ({ expected, printed, exit, expectedExit }) =>
      exit !== expectedExit || (expected !== null && !fits(expected, printed)),
  );
  const told = (block: WalkedBlock, text: string, exit: number): string =>
    `${page}:${block.line}\n${block.commands}[exit ${exit}]\n${comparable(text).join('\n')}`;
  expect(wrong.map((block) => told(block, block.printed, block.exit))).toEqual(
    wrong.map((block) => told(block, block.expected ?? block.printed, block.expectedExit)),
  );
}
