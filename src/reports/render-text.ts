import {
  type Block,
  type Cell,
  cellText,
  type Document,
  type ListItem,
  type Section,
  type Tone,
} from './document.ts';
import { visibleLine, visibleText } from './visible-text.ts';

/** A document as plain text, for a terminal, a mail, a log. No colours: what matters is said in words. */
export function renderText(document: Document): string {
  const title = visibleLine(document.title);
  const head = `${title}\n${'='.repeat(width(title))}\n${visibleLine(document.subtitle)}`;
  const { verdict, next } = document.answer;
  const answer = `${marks[verdict.tone]}${verdict.text}\nnext: ${next}`;
  const sections = document.chapters.flatMap((chapter) => chapter.sections);
  return `${[head, answer, ...sections.map(renderSectionText)].join('\n\n')}\n`;
}

export function renderSectionText(section: Section): string {
  const title = visibleLine(section.title);
  const head = `${title}\n${'-'.repeat(width(title))}`;
  const verdict = section.verdict
    ? [`${marks[section.verdict.tone]}${visibleLine(section.verdict.text)}`]
    : [];
  return [head, ...verdict, ...section.blocks.map(blockText)].filter((part) => part !== '').join('\n');
}

const marks: Readonly<Record<Tone, string>> = { good: 'ok: ', warn: 'careful: ', bad: 'NOT OK: ', plain: '' };

function blockText(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `\n${block.text}`;
    case 'paragraph':
      return visibleText(block.text);
    case 'facts':
      return columns(block.facts.map(([name, value]) => [visibleLine(name), visibleText(value)]));
    case 'table':
      return block.rows.length === 0 ? block.empty : tableText(block.head, block.rows);
    case 'list':
      return block.items.map(itemText).join('\n');
    case 'code':
      return indented(block.text);
    case 'folded':
      return '';
  }
}

function indented(text: string): string {
  return visibleText(text).replaceAll(/^/gm, '    ');
}

function itemText({ tone, title, detail, fix }: ListItem): string {
  const lines = [`${marks[tone] === '' ? '- ' : marks[tone]}${visibleLine(title)}`];
  if (detail !== '') lines.push(indented(detail));
  if (fix !== null) lines.push(`    -> ${visibleLine(fix)}`);
  return lines.join('\n');
}

function tableText(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const numeric = head.map((_, at) =>
    rows.every(({ [at]: cell }) => typeof cell === 'number' || (typeof cell === 'object' && 'of100' in cell)),
  );
  const ruled = head.map((name) => '-'.repeat(width(name)));
  return columns(
    [head, ruled, ...rows.map((row) => row.map((cell) => visibleLine(oneLine(cellText(cell)))))],
    numeric,
  );
}

const columnMax = 60;

function columns(rows: readonly (readonly string[])[], right: readonly boolean[] = []): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) =>
    Math.min(columnMax, Math.max(...rows.map((row) => width(row[at] ?? '')))),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((text, at) => pad(text, widths[at] ?? 0, right[at] === true))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

function pad(text: string, to: number, right: boolean): string {
  const fill = ' '.repeat(Math.max(0, to - width(text)));
  return right ? fill + text : text + fill;
}

/** Characters as people count them; wide and combining ones make a column a little ragged, never wrong. */
function width(text: string): number {
  return [...text].length;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
