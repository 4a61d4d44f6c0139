import { GodwitError } from '../model/index.ts';

/** The whole number of a flag, from 1 to `most`. Throws `cli.wrong-flag`. */
export function wholeNumber(flag: string, text: string, most: number): number {
  const value = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 0;
  if (value > 0 && value <= most) return value;
  throw wrongValue(
    `${flag} ${text} is not a whole number it can be`,
    `accepted: 1 to ${most}`,
    `${flag} ${Math.min(most, 30)}`,
  );
}

/** The number of a flag, above 0 and at most `most`. Throws `cli.wrong-flag`. */
export function numberAbove(flag: string, text: string, most: number): number {
  const value = /^\d{1,7}(?:\.\d{1,6})?$/.test(text) ? Number(text) : 0;
  if (value > 0 && value <= most) return value;
  throw wrongValue(
    `${flag} ${text} is not a number it can be`,
    `accepted: above 0, to ${most}`,
    `${flag} 60`,
  );
}

/** A share of a flag, given in percent, above 0 and below 1. Throws `cli.wrong-flag`. */
export function shareOf(flag: string, text: string): number {
  const share = /^\d{1,2}(?:\.\d{1,4})?$/.test(text) ? Number(text) / 100 : 0;
  if (share > 0) return share;
  throw wrongValue(
    `${flag} ${text} is not a percentage`,
    'accepted: a number above 0 and below 100',
    `${flag} 10`,
  );
}

function wrongValue(title: string, accepted: string, example: string): GodwitError {
  return new GodwitError({
    code: 'cli.wrong-flag',
    title,
    detail: accepted,
    nextStep: `Give one, for example ${example}.`,
    fate: 'never',
  });
}

/** Findings are named, or all are meant: never both, never neither. Throws `cli.wrong-flag`. */
export function namedOrAll(named: readonly string[], all: boolean): void {
  if (named.length > 0 !== all) return;
  const both = named.length > 0;
  throw new GodwitError({
    code: 'cli.wrong-flag',
    title: both ? 'Findings are named, and --all is given too' : 'No finding is named',
    detail: 'accepted: the names of findings, or --all for every one that blocks and may be decided',
    nextStep: '`godwit map check` prints the name of every finding that can be decided.',
    fate: 'never',
  });
}
