import type { ViteUserConfig } from 'vitest/config';

/** Tests over data that is not part of this repository, and what takes too long for every change: `vitest run --config tests/corpora/vitest.config.ts`. */
const config: ViteUserConfig = {
  test: {
    include: ['tests/corpora/**/*.test.ts', 'src/**/*.long.test.ts', 'tests/**/*.long.test.ts'],
    root: new URL('../..', import.meta.url).pathname,
    globalSetup: ['tests/servers/lend-servers.ts', 'tests/journeys/build-first.ts'],
    testTimeout: 600_000,
    hookTimeout: 300_000,
    pool: 'forks',
    maxWorkers: 2,
  },
};

export default config;
