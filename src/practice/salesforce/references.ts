import type { Part } from './composite-part.ts';

/** What earlier parts were answered, by their reference id. */
export type References = ReadonlyMap<string, unknown>;

const pattern = /@\{([A-Za-z]\w*)\.([^}]+)\}/g;

/** A part with `@{ref.path}` replaced by what it stands for; null where it stands for nothing. */
export function withReferences(part: Part, known: References): Part | null {
  let missing = false;
  const fill = (text: string): string =>
    text.replace(pattern, (_all, name: string, path: string) => {
      const value = valueAt(known.get(name), path);
      if (value === undefined || value === null) missing = true;
      return typeof value === 'string' ? value : JSON.stringify(value ?? null);
    });
  const filled = { ...part, url: fill(part.url), body: filledIn(part.body, fill) };
  return missing ? null : filled;
}

/** Names of the parts that this one reads from. */
export function referencesOf({ url, body }: Part): readonly string[] {
  return [...`${url} ${JSON.stringify(body ?? null)}`.matchAll(pattern)].flatMap(([, name]) => name ?? []);
}

function filledIn(value: unknown, fill: (text: string) => string): unknown {
  if (typeof value === 'string') return fill(value);
  if (Array.isArray(value)) return value.map((one) => filledIn(one, fill));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filledIn(one, fill)]));
}

/** `records[0].Id` of an answer; names of a saved record are found whatever their case is. */
function valueAt(from: unknown, path: string): unknown {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  return steps.reduce<unknown>((value, step) => {
    if (typeof value !== 'object' || value === null) return undefined;
    const entries = Object.entries(value);
    return (entries.find(([name]) => name === step) ??
      entries.find(([name]) => name.toLowerCase() === step.toLowerCase()))?.[1];
  }, from);
}
