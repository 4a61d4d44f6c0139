import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/**
 * Gathers the modules of `src/` into the few files of `dist/`: a start that finds and reads more than a thousand files takes twice
 * as long. What is loaded only when it is needed stays apart, and dependencies stay what they are. Names and lines stay readable:
 * nothing is shortened.
 */
const root = fileURLToPath(new URL('./', import.meta.url));
const threads = globSync('connectors/*/*-thread.ts', { cwd: `${root}src` });
const entries = ['index.ts', 'cli/main.ts', ...threads].map((path) => path.replace(/\.ts$/, ''));

const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries(entries.map((entry) => [entry, `src/${entry}.ts`])),
  platform: 'node',
  external: (name) => !/^(?:\.|\/|src\/)/.test(name),
});
await bundle.write({
  dir: 'dist',
  format: 'esm',
  chunkFileNames: 'parts/[name]-[hash].js',
  // Other files are found from the place of this one, one folder deep.
  codeSplitting: { groups: [{ name: 'package-place', test: /src\/host\/package-place\.ts$/ }] },
});
await bundle.close();
