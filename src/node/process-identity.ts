import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Which process owns something, precise enough to tell it from a later process with the same number. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it started, in a form that is only compared; empty where the system doesn't tell. */
  readonly startedAt: string
  /** The machine or container that gave the pid. */
  readonly system: string
}

/** Who runs this code. */
export function ownProcess(): ProcessIdentity {
  return { pid: process.pid, startedAt: startOf(process.pid), system: ownSystem() }
}

/** Whether the process still runs; `unknown` when it belongs to another machine or container. */
export function processState(owner: ProcessIdentity): 'running' | 'ended' | 'unknown' {
  if (owner.system !== ownSystem()) return 'unknown'
  if (!isPidInUse(owner.pid)) return 'ended'
  return startOf(owner.pid) === owner.startedAt ? 'running' : 'ended'
}

/** Whether some process of this machine or container has the number now. */
export function isPidInUse(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM' // it runs, as another user
  }
}

/** The host's name, and on Linux its pid namespace: containers count their processes from 1, each for itself. */
export function ownSystem(): string {
  return `${hostname()} ${ask(() => readlinkSync('/proc/self/ns/pid'))}`.trim()
}

/** Boot and clock tick on Linux, so that neither a reused pid nor one from before a reboot counts as the same process. */
function startOf(pid: number): string {
  const bootId = ask(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim())
  const status = ask(() => readFileSync(`/proc/${pid}/stat`, 'latin1'))
  // proc(5): the start time is field 22; field 2, the program's name in parentheses, may hold anything.
  const startTime = status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  return `${bootId} ${startTime}`.trim()
}

function ask(question: () => string): string {
  if (process.platform !== 'linux') return ''
  try {
    return question()
  } catch {
    return ''
  }
}
