import type { Entry } from '../../ledger/index.ts';
import type { Section } from '../document.ts';

/** Who did what, when: the entries of the ledger, oldest first. */
export function ledgerSection(entries: readonly Entry[]): Section {
  return {
    id: 'ledger',
    title: 'Ledger',
    verdict: null,
    blocks: [
      {
        kind: 'table',
        head: ['no.', 'time', 'who', 'what', 'about'],
        rows: entries.map(({ seq, time, actor, type, body }) => [
          seq,
          time,
          actor,
          type.replaceAll('-', ' '),
          about(body),
        ]),
        empty: 'Nothing has happened yet.',
      },
    ],
  };
}

const lettersMax = 90;

function about(body: unknown): string {
  if (typeof body !== 'object' || body === null) return '';
  const text = Object.entries(body)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ');
  return text.length > lettersMax ? `${text.slice(0, lettersMax)}...` : text;
}
