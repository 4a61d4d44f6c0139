import { lowerCharacter, upperCharacter } from '../text/fold-case.ts';
import { byBytes, quotedText } from './sql-text.ts';

type Fold = 'lower' | 'upper';

/**
 * `lower` and `upper` without the server's own rules, which differ between locales, libraries and versions: under collation C
 * it folds the letters of ASCII and nothing else; the others are translated letter by letter, by the list the closure goes by.
 *
 * `translate` looks through its whole list for every character, so that texts get the shortest list that holds theirs.
 */
export function writeFolded(name: Fold, sql: string): string {
  const ascii = `pg_catalog.${name}(${sql})`;
  const isAscii = `pg_catalog.octet_length(${sql}) OPERATOR(pg_catalog.=) pg_catalog.char_length(${sql})`;
  const upTo = alphabets.map((last) => {
    const { from, to } = lettersUpTo(name, last);
    const translated = `pg_catalog.translate(${ascii}, ${quotedText(from)}, ${quotedText(to)})`;
    if (last === lastLetter) return `ELSE ${translated}`;
    const range = `^[\u0001-${String.fromCodePoint(last)}]*$`;
    return `WHEN ${sql} OPERATOR(pg_catalog.~) ${quotedText(range)} THEN ${translated}`;
  });
  return byBytes(`CASE WHEN ${isAscii} THEN ${ascii} ${upTo.join(' ')} END`);
}

// Behind it no letter has a case.
const lastLetter = 0x1_ffff;
/** Latin; Greek and Cyrillic too; all. */
const alphabets = [0x24f, 0x52f, lastLetter] as const;

interface Letters {
  readonly from: string;
  readonly to: string;
}

const lists = new Map<string, Letters>();

/** The letters beyond ASCII up to a code point that become another one, and what each becomes. */
function lettersUpTo(name: Fold, last: number): Letters {
  const known = lists.get(`${name} ${last}`);
  if (known) return known;
  const fold = name === 'lower' ? lowerCharacter : upperCharacter;
  let [from, to] = ['', ''];
  for (let code = 0x80; code <= last; code += 1) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const letter = String.fromCodePoint(code);
    const folded = fold(letter);
    if (folded === letter) continue;
    from += letter;
    to += folded;
  }
  const letters = { from, to };
  lists.set(`${name} ${last}`, letters);
  return letters;
}
