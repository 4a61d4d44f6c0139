import type { CallWait, QuotaRule, SpentQuota } from '../model/index.ts';
import { groupDigits } from './document.ts';
import { longTime } from './duration-text.ts';

/** Why calls wait, and until when: `the calls of 24 hours are used up (1,000 of 1,000); it goes on by itself at about ...`. */
export function waitText(wait: CallWait): string {
  const { spent } = wait;
  const verb = spent === null || spent.foreign > 0 ? 'looks again' : 'goes on';
  return `${whyText(wait)}; it ${verb} by itself at about ${untilText(wait)}`;
}

/** The same where nobody waits: `...; they are there again at about ...`. */
export const spentText = (wait: CallWait): string =>
  `${whyText(wait)}; there may be some again at about ${untilText(wait)}`;

function untilText({ until, machineMs, clock }: CallWait): string {
  const whose = clock === 'practice' ? ' by the clock of the practice system' : '';
  return `${minuteText(until)}${whose}, in ${longTime(machineMs)}`;
}

function whyText({ spent }: CallWait): string {
  return spent === null ? 'it refuses calls because there were too many' : usedUpText(spent);
}

function usedUpText({ rule, used, foreign, limit }: SpentQuota): string {
  const others = foreign > 0 ? `, and others use ${units(foreign)}` : '';
  return `the calls ${windowText(rule)} are used up (${units(used)} of ${units(limit)}${others})`;
}

function windowText(rule: QuotaRule): string {
  switch (rule.kind) {
    case 'rolling':
    case 'fixed':
      return `of ${spanText(rule.windowMs)}`;
    case 'utc-hour':
      return 'of this hour';
    case 'midnight':
      return 'of this day';
    case 'at-once':
      return 'that may be under way at once';
  }
}

function spanText(windowMs: number): string {
  if (windowMs >= 7_200_000) return `${windowMs / 3_600_000} hours`;
  return windowMs >= 120_000 ? `${windowMs / 60_000} minutes` : `${windowMs / 1_000} seconds`;
}

const units = (count: number): string => groupDigits(String(Math.ceil(count)));

/** `2026-11-21 13:07 UTC` */
export function minuteText(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
}

/** How long was waited: `7 h`. */
export const waitedText = (waitedMs: number): string => longTime(waitedMs);
