import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

/** Reads the package's own source as text and as imports, so that the laws of the house can be checked. */
export interface SourceFile {
  /** From the repository's root, with forward slashes: `src/engine/copy.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

export const repositoryRoot: string = fileURLToPath(new URL('../../', import.meta.url));

/** All files below a folder of the repository whose name ends so, sorted; without dependencies and build results. */
export function listFiles(folder: string, ending: string): readonly string[] {
  const root = join(repositoryRoot, folder);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(repositoryRoot, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !/(?:^|\/)(?:node_modules|dist|\.godwit)\//.test(path))
    .sort();
}

export function readText(path: string): string {
  return readFileSync(join(repositoryRoot, path), 'utf8');
}

export function readSourceFile(path: string, text: string = readText(path)): SourceFile {
  return { path, text, imports: importsOf(path, text) };
}

/** Specifiers of static, type-only, re-exporting and dynamic imports with a literal. Throws where the file does not parse. */
function importsOf(path: string, text: string): readonly string[] {
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`);
  const fixed = module.staticImports.map((entry) => entry.moduleRequest.value);
  const passedOn = module.staticExports.flatMap((entry) =>
    entry.entries.flatMap((part) => (part.moduleRequest ? [part.moduleRequest.value] : [])),
  );
  const dynamic = module.dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start, end));
  const literal = dynamic.flatMap((argument) => /^['"`]([^'"`$]+)['"`]$/.exec(argument)?.[1] ?? []);
  const unknown = dynamic.filter((argument) => !/^['"`]([^'"`$]+)['"`]$/.test(argument));
  const typed = [...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)].flatMap((match) => match[1] ?? []);
  return [
    ...new Set([
      ...fixed,
      ...passedOn,
      ...literal,
      ...typed,
      ...unknown.map((argument) => `computed:${argument}`),
    ]),
  ];
}
