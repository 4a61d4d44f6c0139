import {
  type Block,
  type Cell,
  type Chapter,
  cellText,
  type Document,
  groupDigits,
  type ListItem,
  type Section,
  type Share,
  type Tone,
  type Verdict,
} from './document.ts';
import { pageStyle } from './page-style.ts';

/**
 * A document as one HTML file that opens without a network: style inside, no script, no font, no picture from elsewhere.
 * Invariant: every text that comes from data is escaped; the page carries a policy that forbids scripts all the same.
 */
export function renderHtml(document: Document): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escape(document.title)}: ${escape(document.answer.verdict.text)}</title>
<style>${pageStyle}</style>
</head>
<body>
${headHtml(document)}
<main>
${document.chapters.map(chapterHtml).join('\n')}
</main>
</body>
</html>
`;
}

/** The first screen: the answer, what comes next, the figures, and what each chapter says. */
function headHtml({ title, subtitle, answer, chapters }: Document): string {
  const { verdict, next, figures, shares } = answer;
  const figureList = figures.map(
    ({ name, value, tone }) => `<div class="${tone}"><dd>${escape(value)}</dd><dt>${escape(name)}</dt></div>`,
  );
  return `<header><div class="page"><p class="project">${escape(title)} <span>${escape(subtitle)}</span></p>
<h1 class="${verdict.tone}">${escape(verdict.text)}</h1>
<p class="next">Next: ${spoken(next)}</p>
<dl class="figures">${figureList.join('')}</dl>
${sharesHtml(shares)}
<nav>${chapters.map(entryHtml).join('')}</nav></div></header>`;
}

/** One bar for all records of the source; what its parts are stands in words below, for people who see no colours. */
function sharesHtml(shares: readonly Share[]): string {
  const total = shares.reduce((sum, { records }) => sum + records, 0);
  if (total === 0) return '';
  const parts = shares.map(
    ({ tone, records }) =>
      `<i class="${tone}" style="flex-grow:${Math.max(records / total, 0.004).toFixed(4)}"></i>`,
  );
  const legend = shares.map(
    ({ name, tone, records }) =>
      `<li><i class="${tone}"></i>${escape(name)} ${groupDigits(String(records))} (${percent(records / total)})</li>`,
  );
  return `<div class="bar" aria-hidden="true">${parts.join('')}</div><ul class="legend">${legend.join('')}</ul>`;
}

/** Never 100 % where something is missing, never 0 % where something is there. */
function percent(share: number): string {
  const text = (share * 100).toFixed(share > 0.999 && share < 1 ? 3 : 1);
  if (share < 1 && Number(text) === 100) return 'almost 100 %';
  return share > 0 && Number(text) === 0 ? 'less than 0.1 %' : `${text.replace(/\.0$/, '')} %`;
}

const marks: Readonly<Record<Tone, string>> = { good: '\u2713', warn: '!', bad: '\u2715', plain: '\u2013' };

function entryHtml({ id, title, verdict }: Chapter): string {
  return `<a href="#${escape(id)}"><b class="mark ${verdict.tone}">${marks[verdict.tone]}</b><b>${escape(title)}</b><span>${escape(verdict.text)}</span></a>`;
}

function chapterHtml({ id, title, verdict, sections }: Chapter): string {
  const repeated = verdict.text === '' || sections.some((section) => section.verdict?.text === verdict.text);
  const said = repeated ? '' : verdictHtml(verdict);
  return `<article id="${escape(id)}"><h2>${escape(title)}</h2>${said}
${sections.map((section) => sectionHtml(section, section.title !== title)).join('\n')}</article>`;
}

function sectionHtml({ id, title, verdict, blocks }: Section, titled: boolean): string {
  const head = titled ? `<h3>${escape(title)}</h3>` : '';
  return `<section id="part-${escape(id)}">${head}${verdict ? verdictHtml(verdict) : ''}\n${blocks.map(blockHtml).join('\n')}</section>`;
}

function verdictHtml({ tone, text }: Verdict): string {
  return `<p class="verdict ${tone}">${escape(text)}</p>`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h4>${escape(block.text)}</h4>`;
    case 'paragraph':
      return block.text === '' ? '' : `<p>${escape(block.text)}</p>`;
    case 'facts':
      return `<dl>${block.facts.map(([name, value]) => `<div><dt>${escape(name)}</dt><dd>${spoken(value)}</dd></div>`).join('')}</dl>`;
    case 'table':
      return block.rows.length === 0
        ? `<p class="empty">${escape(block.empty)}</p>`
        : tableHtml(block.head, block.rows);
    case 'list':
      return `<ul class="findings">${block.items.map(itemHtml).join('')}</ul>`;
    case 'code':
      return `<pre>${escape(block.text)}</pre>`;
    case 'folded':
      return `<details><summary>${escape(block.title)}</summary>${block.blocks.map(blockHtml).join('\n')}</details>`;
  }
}

function tableHtml(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const numeric = head.map((_, at) => rows.every((row) => isNumeric(row[at] ?? '')));
  const mark = (at: number): string => (numeric[at] === true ? ' class="number"' : '');
  const columns = head.map((name, at) => `<th${mark(at)}>${escape(name)}</th>`);
  const body = rows.map(
    (row) => `<tr>${row.map((cell, at) => `<td${mark(at)}>${cellHtml(cell)}</td>`).join('')}</tr>`,
  );
  return `<div class="wide"><table><thead><tr>${columns.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}

/** Figures with or without a unit stand under each other; a column without any is none. */
function isNumeric(cell: Cell): boolean {
  return (
    typeof cell === 'number' || (typeof cell === 'string' && /^(?:[\d.,]+(?: (?:s|min|%))?)?$/.test(cell))
  );
}

function cellHtml(cell: Cell): string {
  if (typeof cell !== 'object') return escape(cellText(cell));
  if ('code' in cell) return `<code>${escape(cell.code)}</code>`;
  if ('of100' in cell)
    return `<span class="of100"><i style="width:${Math.min(100, Math.max(0, cell.of100))}%"></i></span>${cell.of100}`;
  return `<span class="${cell.tone}">${escape(cell.text)}</span>`;
}

function itemHtml({ tone, title, detail, fix }: ListItem): string {
  const rest = detail === '' ? '' : `<p>${escape(detail)}</p>`;
  return `<li class="${tone}"><strong>${escape(title)}</strong>${rest}${fix === null ? '' : `<p class="fix">${escape(fix)}</p>`}</li>`;
}

/** What stands in backticks is something to type. */
function spoken(text: string): string {
  return escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  // Control characters show as their code: a report must not change its look because of a byte in somebody's data.
  return text
    .replaceAll(/[&<>"']/g, (mark) => entities[mark] ?? mark)
    .replaceAll(
      /[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g,
      (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}
