import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Boot, watchConsole } from '../../../scripts/boot-lab/watch-console.ts'
import { needs } from '../../support/needs.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

let directory: Awaited<ReturnType<typeof temporaryDirectory>>
let logPath: string
beforeEach(async (context) => {
  needs(context, 'linux', 'setpriv', 'bash')
  directory = await temporaryDirectory()
  logPath = join(directory.path, 'console.log')
})
afterEach(() => directory[Symbol.asyncDispose]())

/** A machine that is a shell script; `$1` is a folder to leave things in. */
function boot(script: string, options: { timeLimitMs?: number; signal?: AbortSignal } = {}): Promise<Boot> {
  const { timeLimitMs = 15_000, signal } = options
  return watchConsole(['bash', '-c', script, 'machine', directory.path], { logPath, timeLimitMs, signal })
}

/** Whether the process that a script left the id of is gone, or a zombie that nobody has buried yet. */
async function isGone(name: string): Promise<boolean> {
  const pid = (await readFile(join(directory.path, name), 'utf8')).trim()
  for (let i = 0; i < 50; i++) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tZ')
    if (/^State:\tZ/m.test(status)) return true
    await sleep(20)
  }
  return false
}

describe('watchConsole', () => {
  it.each([
    { name: 'is done with the end of the report', script: 'echo @lab-done@; exec sleep 60', ending: 'done' },
    { name: 'gives up with the system', script: 'echo @lab-failed@; exec sleep 60', ending: 'gave up' },
    {
      name: 'knows a kernel panic',
      script: 'echo "[ 1.0] Kernel panic - not syncing"; exec sleep 60',
      ending: 'gave up',
    },
    { name: 'says when the machine went away', script: 'echo hello', ending: 'exited' },
  ])('$name', async ({ script, ending }) => {
    expect(await boot(script)).toMatchObject({ ending })
  })

  it('ends a machine that says nothing, with what it started', async () => {
    const { ending, seconds } = await boot('sleep 60 & echo $! >"$1/child"; wait', { timeLimitMs: 500 })
    expect(ending).toBe('timed out')
    expect(seconds).toBeLessThan(10)
    expect(await isGone('child')).toBe(true)
  })

  it('leaves nothing behind a machine that is done', async () => {
    await boot('sleep 60 & echo $! >"$1/child"; echo @lab-done@; wait')
    expect(await isGone('child')).toBe(true)
  })

  it('ends the machine when the test is called off', async () => {
    const controller = new AbortController()
    const watched = boot('echo $$ >"$1/machine"; exec sleep 60', { signal: controller.signal })
    setTimeout(() => controller.abort(), 300)
    await expect(watched).rejects.toMatchObject({ name: 'AbortError' })
    expect(await isGone('machine')).toBe(true)
  })

  it('takes the machine along when this process is killed', async () => {
    const module = new URL('../../../scripts/boot-lab/watch-console.ts', import.meta.url)
    const command = ['bash', '-c', 'echo $$ >"$1/machine"; exec sleep 60', 'machine', directory.path]
    const script = `import { watchConsole } from ${JSON.stringify(module.href)}
      await watchConsole(${JSON.stringify(command)}, { logPath: ${JSON.stringify(logPath)}, timeLimitMs: 60_000 })`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'ignore' })
    await vi.waitFor(() => readFile(join(directory.path, 'machine')), { timeout: 10_000 })
    child.kill('SIGKILL')
    expect(await isGone('machine')).toBe(true)
  })

  it('reads lines however they arrive, without terminal control, and logs them with their times', async () => {
    const { lines } = await boot(String.raw`printf 'one\r\ntw'; sleep 0.2; printf 'o\e[2J\e[0m\n\n\ec\e[?7lthree'`)
    expect(lines).toEqual(['one', 'two', 'three'])
    expect(await readFile(logPath, 'utf8')).toMatch(/^\[ +\d+\.\d\d\] one\n\[ +\d+\.\d\d\] two\n/)
  })

  it('fails when there is no such program', async () => {
    const missing = watchConsole(['/no/such/machine'], { logPath, timeLimitMs: 5000 })
    expect(await missing).toMatchObject({ ending: 'exited', lines: [expect.stringContaining('/no/such/machine')] })
  })
})
