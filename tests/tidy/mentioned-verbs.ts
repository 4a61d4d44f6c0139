import type { VerbOnPage } from '../docs/reference-pages.ts';

/** A command of ours that some text tells people to type: the words after `godwit`. */
export type Mention = string;

/** What stands in backticks, and what a shell block runs. Prose ("godwit reads it") is no mention. */
export function mentionsIn(text: string): readonly Mention[] {
  const blocks = [...text.matchAll(/^```(?:sh|bash|console)\b.*\n([\s\S]*?)^```/gm)];
  const commands = blocks.flatMap((block) =>
    [...(block[1] ?? '').matchAll(/(?:^|[;&|(]|=\S+|'|")\s*godwit +([^|;&)\n]*)/gm)].map(
      (match) => match[1] ?? '',
    ),
  );
  const spans = [...text.replace(/^```.*$/gm, '').matchAll(/`godwit ([^`]*)`/g)].map(
    (match) => match[1] ?? '',
  );
  return [...commands, ...spans].map((words) => words.trim());
}

export function faultsOfMentions(
  mentions: readonly Mention[],
  verbs: readonly VerbOnPage[],
): readonly string[] {
  return [...new Set(mentions)].flatMap((mention) => faultOf(mention, verbs) ?? []);
}

function faultOf(mention: Mention, verbs: readonly VerbOnPage[]): string | null {
  const words = mention.split(/\s+/);
  // A flag of godwit itself; a text that is put together while it runs.
  if (/^(?:-|\$\{)/.test(mention)) return null;
  const verb = verbs.find(({ name }) => name === words.slice(0, name.split(' ').length).join(' '));
  if (!verb) return `godwit ${mention}: there is no such verb`;
  const known = new Set(['--help', ...verb.options.map(({ long }) => long)]);
  const wrong = (mention.match(/(?<=^|\s)--[a-z-]+/g) ?? []).filter((flag) => !known.has(flag));
  return wrong.length === 0 ? null : `godwit ${mention}: ${verb.name} has no ${wrong.join(', ')}`;
}
