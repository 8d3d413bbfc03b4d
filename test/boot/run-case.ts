import { cp, mkdir, rm } from 'node:fs/promises'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { describeFailure, judgeBoot } from '../../scripts/boot-lab/judge-boot.ts'
import { LAB_CACHE, type Lab } from '../../scripts/boot-lab/lab.ts'
import { qemuArguments } from '../../scripts/boot-lab/machine.ts'
import { type Boot, watchConsole } from '../../scripts/boot-lab/watch-console.ts'
import type { BootCase } from './cases.ts'
import { createWorkbench } from './workbench.ts'

/** What came of a case. */
export interface CaseResult {
  readonly boot: Boot
  /** What went otherwise than expected, a sentence each. */
  readonly faults: readonly string[]
  /** The faults, the end of the console and where to look further. */
  readonly description: string
}

/** Options of {@link runCase}. */
export interface RunCaseOptions {
  readonly signal: AbortSignal
  /** Changes the finished image, to see whether the case notices. */
  readonly breakImage?: (isoPath: string, lab: Lab) => Promise<void>
  /** Names the log; the case's name unless given. */
  readonly title?: string
}

/** A quiet machine with two cores needs 20 to 40 seconds a boot. */
const TIME_LIMIT_MS = 240_000
/** With more to do than cores, a boot gets up to this many times as long. */
const MAX_STRETCH = 3

/** Makes what a case boots, boots it, and compares. A failed case's image is kept beside the logs. */
export async function runCase(lab: Lab, bootCase: BootCase, options: RunCaseOptions): Promise<CaseResult> {
  const { signal, breakImage, title = bootCase.name } = options
  const logFolder = join(LAB_CACHE, 'logs')
  const slug = title.replaceAll(/[^A-Za-z0-9]+/g, '-')
  const logPath = join(logFolder, `${slug}.log`)
  const keptPath = join(LAB_CACHE, 'failed', slug)
  await mkdir(logFolder, { recursive: true })
  await rm(keptPath, { recursive: true, force: true })

  await using bench = await createWorkbench(lab)
  const { machine, ...expectations } = await bootCase.make(bench)
  if (breakImage !== undefined && 'isoPath' in machine) await breakImage(machine.isoPath, lab)

  const stretch = Math.min(MAX_STRETCH, Math.max(1, loadavg()[0]! / availableParallelism()))
  const boot = await watchConsole(['qemu-system-x86_64', ...qemuArguments(machine)], {
    logPath,
    timeLimitMs: TIME_LIMIT_MS * stretch,
    signal,
  })
  const faults = judgeBoot(boot, expectations)
  if (faults.length > 0 && breakImage === undefined) await cp(bench.directory, keptPath, { recursive: true })
  return { boot, faults, description: describeFailure(faults, boot, logPath) }
}
