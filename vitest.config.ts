// The test runner's settings: unit tests beside end-to-end tests that drive the real CLI and server.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Most of the time tests wait for processes that they drive: two at a time also on two cores.
    maxWorkers: 2,
  },
})
