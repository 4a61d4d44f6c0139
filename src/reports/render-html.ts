import { type Block, type Cell, cellText, type Document, type ListItem, type Section } from './document.ts';
import { pageStyle } from './page-style.ts';

/**
 * A document as one HTML file that opens without a network: style inside, no script, no font, no picture from elsewhere.
 * Invariant: every text that comes from data is escaped; the page carries a policy that forbids scripts all the same.
 */
export function renderHtml(document: Document): string {
  const links = document.sections
    .map(({ id, title }) => `<a href="#${escape(id)}">${escape(title)}</a>`)
    .join('');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escape(document.title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<header><h1>${escape(document.title)}</h1><p>${escape(document.subtitle)}</p><nav>${links}</nav></header>
<main>
${document.sections.map(sectionHtml).join('\n')}
</main>
</body>
</html>
`;
}

function sectionHtml({ id, title, verdict, blocks }: Section): string {
  const said = verdict ? `<p class="verdict ${verdict.tone}">${escape(verdict.text)}</p>` : '';
  return `<section id="${escape(id)}"><h2>${escape(title)}</h2>${said}\n${blocks.map(blockHtml).join('\n')}</section>`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return block.text === '' ? '' : `<p>${escape(block.text)}</p>`;
    case 'facts':
      return `<dl>${block.facts.map(([name, value]) => `<div><dt>${escape(name)}</dt><dd>${escape(value)}</dd></div>`).join('')}</dl>`;
    case 'table':
      return block.rows.length === 0
        ? `<p class="empty">${escape(block.empty)}</p>`
        : tableHtml(block.head, block.rows);
    case 'list':
      return `<ul class="findings">${block.items.map(itemHtml).join('')}</ul>`;
    case 'code':
      return `<pre>${escape(block.text)}</pre>`;
  }
}

function tableHtml(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const columns = head.map(
    (name, at) =>
      `<th${rows.every((row) => typeof row[at] === 'number') ? ' class="number"' : ''}>${escape(name)}</th>`,
  );
  const body = rows.map((row) => `<tr>${row.map(cellHtml).join('')}</tr>`);
  return `<div class="wide"><table><thead><tr>${columns.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}

function cellHtml(cell: Cell): string {
  if (typeof cell === 'number') return `<td class="number">${cellText(cell)}</td>`;
  return typeof cell === 'object'
    ? `<td class="${cell.tone}">${escape(cell.text)}</td>`
    : `<td>${escape(cell)}</td>`;
}

function itemHtml({ tone, title, detail, fix }: ListItem): string {
  const rest = detail === '' ? '' : `<p>${escape(detail)}</p>`;
  return `<li class="${tone}"><strong>${escape(title)}</strong>${rest}${fix === null ? '' : `<p class="fix">${escape(fix)}</p>`}</li>`;
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
