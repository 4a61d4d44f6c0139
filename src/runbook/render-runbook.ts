import { type Document, parseDocument, stringify } from 'yaml';
import { canonicalJson } from '../ledger/index.ts';
import type { Runbook } from '../model/index.ts';
import { runbookUnreadable } from './faults.ts';
import { checkRunbook } from './runbook-bytes.ts';

/** The runbook as people read it. Approvals sign the RFC 8785 bytes of its content: comments and layout are not signed. */
export function renderRunbook(runbook: Runbook): string {
  return (
    head +
    stringify(inReadingOrder(runbook), { lineWidth: 0, blockQuote: 'literal', aliasDuplicateObjects: false })
  );
}

/**
 * The same as `runbook.yaml` keeps it: reading it back gives the same content, which is checked here, and only here. Reading takes
 * twice as long as writing, and what is shown, or hashed, is not read again.
 */
export function runbookFile(runbook: Runbook): string {
  const text = renderRunbook(runbook);
  if (canonicalJson(parseRunbook(text)) !== canonicalJson(runbook))
    throw runbookUnreadable('its text does not read back to the same content');
  return text;
}

const head = `# What will happen, step by step. Made by \`godwit plan\`.
# Approvals sign the content of this file in its canonical form (RFC 8785): a changed value needs new approvals,
# a comment or another layout does not.
`;

/** The runbook of a file's text. Throws `runbook.unreadable`. */
export function parseRunbook(text: string): Runbook {
  const document = parseDocument(text, { schema: 'core', uniqueKeys: true, strict: true, stringKeys: true });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) throw runbookUnreadable(yamlFault(fault.message));
  return checkRunbook(plainContent(document));
}

/** The parser reports levels beyond its own stack as a fault of the text, which it is: no runbook has so many. */
function yamlFault(message: string): string {
  if (message.startsWith('Maximum call stack')) return 'its levels go deeper than those of any runbook';
  return message.split('\n')[0] ?? message;
}

function plainContent(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    throw runbookUnreadable(error instanceof Error ? error.message : String(error));
  }
}

/** Members as a reader wants them; one order for all, so that the same content gives the same text wherever it came from. */
const readingOrder: readonly string[] = [
  'formatVersion project createdAt expiresAt nonce',
  'kind role name id code severity title object source target mode records',
  'mappingDigest mappingAuthor mappingSignature policyDigest',
  'systems parties objects leftBehind findings options callLimits stopRules approvals responsibility restore pointOfNoReturn steps evidence',
  'evidence backup drilledAt durationMs factor',
  'accountable responsible consulted informed',
  'step owner validHours',
  'action digests shows check stopPoint holds rollback irreversible approver command takesBack rehearsedMs calls',
  'everyMs left',
].flatMap((line) => line.split(' '));

function inReadingOrder(content: unknown): unknown {
  if (Array.isArray(content)) return content.map(inReadingOrder);
  if (content === null || typeof content !== 'object') return content;
  const rank = (name: string): number => {
    const at = readingOrder.indexOf(name);
    return at < 0 ? readingOrder.length : at;
  };
  const entries = Object.entries(content).toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, part]) => [name, inReadingOrder(part)]));
}
