import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    // What takes long (*.long.test.ts) runs with `npm run test:corpora`.
    exclude: ['tests/corpora/**', '**/*.long.test.ts', '**/node_modules/**'],
    // Starts nothing by itself: it lends database servers to the files that ask for one.
    globalSetup: ['tests/servers/lend-servers.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Two workers: the suite starts real database servers, and more workers only make them wait for each other.
    maxWorkers: 2,
    // The files share what they import: a quarter of the processor's time otherwise goes into importing it again.
    isolate: false,
  },
});
