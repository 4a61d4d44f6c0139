import type { WaitTold } from '../project/index.ts';
import { waitedText, waitText } from '../reports/index.ts';

/** What a person at a verb reads when its calls begin to wait, while they still do, and when they go on. */
export function waitLine(told: WaitTold): string {
  if (told.kind === 'goes-on')
    return `goes on: there are calls of the ${told.system} again, after ${waitedText(told.waitedMs)}`;
  const begins = told.kind === 'waits' ? 'waits' : 'still waits';
  return `${begins} for calls of the ${told.system}, ${told.place}: ${waitText(told.wait)}; Ctrl-C is safe, the same command goes on later`;
}
