import { join } from 'node:path';

/** What Node starts for `godwit`: the sources; among the longer tests the program built from them (`build-first.ts`). */
export const godwitProgram: string = join(
  import.meta.dirname,
  process.env['GODWIT_BUILT'] === undefined ? '../../src/cli/main.ts' : '../../bin/godwit.cjs',
);
