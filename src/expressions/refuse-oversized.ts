import { expressionFault } from './expression-faults.ts';
import { placeOfCharacter } from './place.ts';
import { characterCount } from './text/code-points.ts';

/** Limits of one expression: far above what people write, far below what exhausts the parser or the stack. */
export const expressionLimits: {
  readonly charactersMax: number;
  readonly wordsMax: number;
  readonly nestingMax: number;
  readonly depthMax: number;
} = { charactersMax: 65_536, wordsMax: 4_000, nestingMax: 100, depthMax: 1_000 };

// One alternative a kind of token; a quoted token may lack its end, which the parser then reports. The order matters.
const token =
  /(?<space>\s+|--[^\n]*)|(?<comment>\/\*)|(?<escaped>[eE]'(?:[^'\\]|\\[\s\S]|'')*'?)|(?<quoted>'(?:[^']|'')*'?|"(?:[^"]|"")*"?)|(?<dollar>\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)|(?<open>[([])|(?<close>[)\]])|(?<word>[\w\u0080-\uffff$.]+)|(?<sign>[\s\S])/gu;

/**
 * Refuses a text before the parser sees it: too long, too many words, nested too deep, parentheses that do not pair
 * (so that the text cannot leave the parentheses it is parsed in), or the character NUL.
 */
export function refuseOversized(text: string): void {
  if (text.length > expressionLimits.charactersMax)
    throw tooLarge(text, 0, `${text.length} characters; at most ${expressionLimits.charactersMax}`);
  if (text.includes('\0')) throw misplaced(text, text.indexOf('\0'), 'the character NUL is not allowed');
  const open: string[] = [];
  let words = 0;
  let caseDepth = 0;
  token.lastIndex = 0;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const groups = found.groups ?? {};
    if (groups['space'] !== undefined) continue;
    if (groups['comment'] !== undefined) token.lastIndex = endOfComment(text, found.index);
    else if (groups['dollar'] !== undefined) token.lastIndex = endOfDollar(text, found.index, found[0]);
    else if (groups['open'] !== undefined) open.push(found[0]);
    else if (groups['close'] !== undefined && !closes(open.pop(), found[0]))
      throw misplaced(text, found.index, `"${found[0]}" closes nothing`);
    const word = groups['word']?.toLowerCase();
    if (word === 'case') caseDepth += 1;
    if (word === 'end') caseDepth -= 1;
    words += 1;
    if (words > expressionLimits.wordsMax)
      throw tooLarge(text, found.index, `more than ${expressionLimits.wordsMax} words and signs`);
    if (open.length + caseDepth > expressionLimits.nestingMax)
      throw tooLarge(text, found.index, `nested deeper than ${expressionLimits.nestingMax}`);
  }
  if (open.length > 0) throw misplaced(text, text.length, `"${open.at(-1)}" is not closed`);
}

function closes(open: string | undefined, close: string): boolean {
  return open === (close === ')' ? '(' : '[');
}

/** Comments nest. */
function endOfComment(text: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return text.length;
}

function endOfDollar(text: string, start: number, tag: string): number {
  const end = text.indexOf(tag, start + tag.length);
  return end === -1 ? text.length : end + tag.length;
}

function tooLarge(text: string, index: number, detail: string): Error {
  const place = placeOfCharacter(text, characterCount(text.slice(0, index)));
  return expressionFault(
    'expression.too-large',
    place,
    detail,
    'Split it: a values map or an earlier step says the same with fewer words.',
  );
}

function misplaced(text: string, index: number, detail: string): Error {
  const place = placeOfCharacter(text, characterCount(text.slice(0, index)));
  return expressionFault('expression.syntax', place, detail, 'Write one expression with paired parentheses.');
}
