import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { referencePages } from './reference-pages.ts';

/** `npm run docs`: writes the pages of the reference that are made from code. */
for (const [path, page] of Object.entries(referencePages)) {
  writeFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), page());
  console.log(`written: ${path}`);
}
