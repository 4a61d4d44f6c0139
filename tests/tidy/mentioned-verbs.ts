import type { VerbOnPage } from '../docs/reference-pages.ts';

/** A command of ours that some text tells people to type: the words after `godwit`. */
export type Mention = string;

/** What stands in backticks, and what a shell block runs, a line that goes on taken as one. Prose ("godwit reads it") is no mention. */
export function mentionsIn(page: string): readonly Mention[] {
  const text = page.replace(/\\\n\s*/g, ' ');
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
  const flags: readonly string[] = mention.match(/(?<=^|\s)--[a-z-]+/g) ?? [];
  const wrong = flags.filter((flag) => !known.has(flag));
  if (wrong.length > 0) return `godwit ${mention}: ${verb.name} has no ${wrong.join(', ')}`;
  // Without any flag it is the name of a verb; with one, somebody will type it.
  const needed = verb.options.filter(({ mandatory }) => mandatory).map(({ long }) => long ?? '');
  const lacking = flags.includes('--help') ? [] : needed.filter((flag) => !flags.includes(flag));
  if (flags.length === 0 || lacking.length === 0) return null;
  return `godwit ${mention}: ${verb.name} needs ${lacking.join(', ')}`;
}
