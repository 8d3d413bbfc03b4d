/**
 * `npm run test:boot`: a few boots, as in CI. `-- --all`: every case. `-- --self-test`: whether the lab notices images that
 * are broken on purpose. What else is given goes to vitest (`-t 'kargs'`). BOOT_LAB_JOBS=1 boots one machine at a time.
 */
import { spawn } from 'node:child_process'

const SELECTIONS: Readonly<Record<string, string>> = { '--all': 'all', '--self-test': 'self-test' }

const given = process.argv.slice(2)
const selection = given.find((argument) => argument in SELECTIONS)
const child = spawn(
  'npx',
  ['vitest', 'run', '--project', 'boot', ...given.filter((argument) => !(argument in SELECTIONS))],
  {
    stdio: 'inherit',
    env: { ...process.env, BOOT_LAB_SELECTION: (selection && SELECTIONS[selection]) ?? 'quick' },
  },
)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
child.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
child.on('close', (exitCode) => {
  process.exitCode = exitCode ?? 1
})
