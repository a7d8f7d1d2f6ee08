// The test runner's settings: unit tests beside end-to-end tests that drive the real CLI and server.
import { defineConfig } from 'vitest/config'

/** Packages of this repository are read from their sources. */
const SOURCE = ['@weir/source', 'module', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions: SOURCE },
  ssr: { resolve: { conditions: SOURCE } },
  test: {
    include: ['test/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'serve/test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/property-seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Most of the time tests wait for processes that they drive: two at a time also on two cores.
    maxWorkers: 2,
  },
})
