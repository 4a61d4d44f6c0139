/** A CREATE TABLE as the server prints it, cut into its parts. */
export interface CreateText {
  /** `CREATE TABLE "name"`, up to the opening bracket. */
  readonly head: string;
  /** Columns, keys and constraints, each as printed. */
  readonly items: readonly string[];
  /** Engine, character set, comment, partitions: everything behind the closing bracket. */
  readonly tail: string;
}

/** Quoted names and texts, brackets and commas are what counts; everything else is passed over. */
const token = /`(?:[^`]|``)*`|'(?:[^'\\]|''|\\.)*'|"(?:[^"\\]|""|\\.)*"|[(),]|[^`'"(),]+/gs;

/** Throws RangeError when the text is no CREATE TABLE with columns. */
export function readCreateText(text: string): CreateText {
  const items: string[] = [];
  let [depth, from, headEnd] = [0, 0, -1];
  for (const { 0: part, index } of text.matchAll(token)) {
    if (part === '(' && ++depth === 1 && headEnd === -1) [headEnd, from] = [index, index + 1];
    const ends = (part === ')' && --depth === 0) || (part === ',' && depth === 1);
    if (!ends) continue;
    items.push(text.slice(from, index).trim());
    from = index + 1;
    if (part === ')') return { head: text.slice(0, headEnd).trim(), items, tail: text.slice(from).trim() };
  }
  throw new RangeError('it is no CREATE TABLE with columns');
}

export function writeCreateText({ head, items, tail }: CreateText): string {
  return `${head} (\n  ${items.join(',\n  ')}\n)${tail === '' ? '' : ` ${tail}`}`;
}

/** The checks of a table: those it names, those that stand in a column, under the column's name, and that a period has a length. */
export function checksOf({
  items,
}: CreateText): readonly { readonly name: string; readonly definition: string }[] {
  return items.flatMap((item) => {
    const named = /^CONSTRAINT `((?:[^`]|``)*)` (CHECK \(.*)$/s.exec(item);
    if (named) return [{ name: unquoted(named[1]), definition: named[2] ?? '' }];
    const period = /^PERIOD FOR `((?:[^`]|``)*)` /.exec(item);
    if (period) return [{ name: unquoted(period[1]), definition: item }];
    const column = /^`((?:[^`]|``)*)` /.exec(item);
    const at = column === null ? -1 : outside(item, 'CHECK (');
    return at === -1 ? [] : [{ name: unquoted(column?.[1]), definition: item.slice(at) }];
  });
}

export function isForeignKey(item: string): boolean {
  return /^CONSTRAINT `(?:[^`]|``)*` FOREIGN KEY /.test(item);
}

/** Keys and indexes that are not the primary one, by name. */
export function indexesOf({ items }: CreateText): ReadonlyMap<string, string> {
  const found = items.flatMap((item) => {
    const named = /^(?:UNIQUE |FULLTEXT |SPATIAL |VECTOR )?KEY `((?:[^`]|``)*)` /.exec(item);
    return named ? [[unquoted(named[1]), item] as const] : [];
  });
  return new Map(found);
}

/** Without the next number, which belongs to the records and not to the structure. */
export function withoutNextNumber(create: CreateText): CreateText {
  const at = outside(create.tail, 'AUTO_INCREMENT=');
  if (at === -1) return create;
  return {
    ...create,
    tail: create.tail.slice(0, at) + create.tail.slice(at).replace(/^AUTO_INCREMENT=\d+ ?/, ''),
  };
}

/** Where a word stands outside of quotes and brackets, or -1. */
function outside(text: string, word: string): number {
  let depth = 0;
  for (const { 0: part, index } of text.matchAll(token)) {
    if (depth === 0) {
      const at = text.slice(index, index + part.length + 1).indexOf(word);
      if (!/^[`'"]/.test(part) && at !== -1) return index + at;
    }
    if (part === '(') depth += 1;
    if (part === ')') depth -= 1;
  }
  return -1;
}

function unquoted(name = ''): string {
  return name.replaceAll('``', '`');
}
