import { defineConfig } from 'vitest/config';

/** Tests over data that lies beside the repository; each says when and why it was skipped. */
export default defineConfig({
  test: {
    include: ['tests/corpora/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 300_000,
    pool: 'forks',
    maxWorkers: 2,
    passWithNoTests: true,
  },
});
