import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { ClosingLineReporter } from './test/support/closing-line-reporter.ts'

/**
 * Kinds of tests beside the unit tests. A test belongs to a kind by its folder (`test/fuzz/initrd.test.ts`) or by its name
 * (`test/node/journal.e2e.test.ts`), and everything else is a unit test.
 */
const KINDS = {
  /** Real images and recorded cases beside the checkout. */
  conformance: { testTimeout: 60_000 },
  /** Other programs read what isokit writes, and the other way round. */
  interop: { testTimeout: 60_000 },
  /** Mutated input, bounded in rounds. */
  fuzz: { testTimeout: 120_000 },
  /** The built command line, as a process. Needs `npm run build`. */
  e2e: { testTimeout: 60_000 },
  /** The built pure entry in headless Chromium. Needs `npm run build`. */
  browser: { testTimeout: 120_000 },
  /** Machines in emulation, after everything else and not with `npm test`: see CONTRIBUTING. Needs `npm run build`. */
  boot: {
    testTimeout: 900_000,
    maxConcurrency: Number(process.env['BOOT_LAB_JOBS'] ?? 2),
    sequence: { groupOrder: 1 },
  },
} as const

const filesOf = (kind: string): string[] => [`test/${kind}/**/*.test.ts`, `test/**/*.${kind}.test.ts`]

const config: ViteUserConfig = defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', new ClosingLineReporter()],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: Object.keys(KINDS).flatMap(filesOf),
          testTimeout: 20_000,
        },
      },
      ...Object.entries(KINDS).map(([name, options]) => ({
        extends: true as const,
        test: { name, include: filesOf(name), hookTimeout: options.testTimeout, ...options },
      })),
    ],
  },
})

export default config
