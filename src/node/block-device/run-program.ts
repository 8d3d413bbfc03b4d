/** What a program of the system has answered. */
export interface ProgramResult {
  readonly isDone: boolean
  readonly stdout: string
}

/** Runs a program of the system to its end. One that is missing, fails or hangs is not done. */
export type RunProgram = (program: string, parameters: readonly string[]) => Promise<ProgramResult>

const TIMEOUT_MS = 30_000

/** Runs programs where the system has them, also outside of the `PATH` of users. */
export const runProgram: RunProgram = async (program, parameters) => {
  const { execFile } = await import('node:child_process')
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin`
  const env = { ...process.env, PATH: path, LC_ALL: 'C' }
  return new Promise((resolve) => {
    execFile(program, [...parameters], { env, timeout: TIMEOUT_MS }, (error, stdout) => {
      resolve({ isDone: error === null, stdout })
    })
  })
}
