import type { EntrySummary, KeptEntry } from '../../engine/index.ts';
import { maskExample, maskKey } from '../../mapping/index.ts';
import type { Value } from '../../model/index.ts';
import { counted, type Section } from '../document.ts';
import type { ShowValue } from './audit-section.ts';

const listedMax = 200;

/** What could not go: first by reason, then each record. */
export function quarantineSection(entries: readonly EntrySummary[]): Section {
  const open = entries.filter(({ state }) => state === 'open');
  const reasons = new Map<string, number>();
  for (const { object, code, field } of open) {
    const reason = JSON.stringify([object, code, field ?? '']);
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return {
    id: 'quarantine',
    title: 'Quarantine',
    verdict:
      open.length === 0
        ? { tone: 'good', text: 'empty: every record went' }
        : {
            tone: 'warn',
            text: `${counted(open.length, 'record')} could not go; each is kept with its original and the reason`,
          },
    blocks: [
      {
        kind: 'table',
        head: ['object', 'reason', 'field', 'records'],
        rows: [...reasons]
          .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
          .map(([reason, records]) => [...(JSON.parse(reason) as string[]), records]),
        empty: '',
      },
      {
        kind: 'table',
        head: ['id', 'object', 'reason', 'field', 'state', 'at'],
        rows: entries
          .toSorted((a, b) => (sortText(a) < sortText(b) ? -1 : 1))
          .slice(0, listedMax)
          .map(({ id, object, code, field, state, at }) => [id, object, code, field ?? '', state, at]),
        empty: '',
      },
      ...(entries.length > listedMax
        ? [
            {
              kind: 'paragraph' as const,
              text: `and ${counted(entries.length - listedMax, 'more', 'more')}; --json lists all`,
            },
          ]
        : []),
    ],
  };
}

const sortText = ({ object, code, field, id }: EntrySummary): string =>
  JSON.stringify([object, code, field ?? '', id]);

/**
 * One record in quarantine: where it was, what said no, what it was.
 *
 * @param showValue how values are shown; null shows them, and the key, by their shape
 */
export function keptEntrySection(
  { id, object, step, entry }: KeptEntry,
  showValue: ShowValue | null,
): Section {
  const show = showValue ?? maskExample;
  const { original, transformed } = entry;
  const fields =
    original.kind === 'row'
      ? original.fields.map((field, at) => [field, show(original.row[at] ?? null)] as const)
      : [];
  return {
    id: 'entry',
    title: `${id}: ${object}`,
    verdict: {
      tone: 'warn',
      text: `${entry.code}${entry.field === null ? '' : ` in ${entry.field}`}: ${messageText(entry, showValue !== null)}`,
    },
    blocks: [
      {
        kind: 'facts',
        facts: [
          ['where', placeText(entry.where, showValue !== null)],
          ['step', step],
          ['rule', entry.rule ?? 'the code says it all'],
        ],
      },
      {
        kind: 'table',
        head: ['source field', 'original value'],
        rows: fields,
        empty:
          original.kind === 'bytes'
            ? `${original.bytes.length} bytes, kept as they were: ${show(readable(original.bytes))}`
            : 'the original was gone before it could be kept',
      },
      {
        kind: 'table',
        head: ['target field', 'refused value'],
        rows: transformed
          ? transformed.fields.map((field, at) => [field, show(transformed.row[at] ?? null)])
          : [],
        empty: '',
      },
    ],
  };
}

/** Codes of refusals in the target's own words: a trigger or a type may quote any value of the record. */
const quotingCodes: ReadonlySet<string> = new Set(['target.refused', 'target.type']);

function messageText({ code, message }: KeptEntry['entry'], whole: boolean): string {
  return whole || !quotingCodes.has(code)
    ? message
    : 'the target said why in its own words, which may quote the record; --show-values shows them';
}

/** `contacts, email ["ada@example.org"]` as people write it: the key at the end without its brackets, masked as keys are. */
function placeText(where: string, whole: boolean): string {
  const at = where.search(/(?<= )\[["tfn{[]/);
  if (at < 0) return where;
  const key = whole ? where.slice(at) : maskKey(where.slice(at));
  return `${where.slice(0, at)}${withoutBrackets(key)}`;
}

function withoutBrackets(key: string): string {
  try {
    const parts: unknown = JSON.parse(key);
    return Array.isArray(parts) && parts.every((part) => typeof part === 'string') ? parts.join(', ') : key;
  } catch (error) {
    if (error instanceof SyntaxError) return key;
    throw error;
  }
}

/** Bytes that are text are shown as text: that is what somebody will look for in the file. */
function readable(bytes: Uint8Array): Value {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return bytes;
    throw error;
  }
}
