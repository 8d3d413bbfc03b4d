import { fstat, stat } from 'node:fs'
import { promisify } from 'node:util'
import { STDOUT } from './terminal.ts'

/**
 * Whether a path is another name of standard output, such as `/dev/stdout`, where that is a pipe, a socket or a device.
 * What else is printed there would end up behind the data.
 */
export async function leadsToStdout(path: string, descriptor: number = STDOUT): Promise<boolean> {
  try {
    const [there, here] = await Promise.all([promisify(stat)(path), promisify(fstat)(descriptor)])
    return !there.isFile() && there.dev === here.dev && there.ino === here.ino
  } catch {
    return false // whoever writes to it says what is wrong
  }
}
