import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { PartialFile } from '../../../src/node/download/partial-file.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const version = { etag: '"one"', lastModified: undefined, byteLength: 5 }

it('leaves alone what another download publishes at the same moment', async () => {
  await using folder = await temporaryDirectory()
  for (let round = 0; round < 40; round++) {
    const target = join(folder.path, `image${round}`)
    const first = await PartialFile.open(`${target}.part`)
    await first.restart('http://a', version, true)
    await first.append(new TextEncoder().encode('first'))

    const publishing = (async () => {
      await first.publish(target)
      await first[Symbol.asyncDispose]()
    })()
    const beginning = (async () => {
      await delay((round % 20) / 8)
      await using second = await PartialFile.open(`${target}.part`)
      await second.restart('http://a', version, true)
    })()
    await Promise.allSettled([publishing, beginning])
    expect(await readFile(target, 'utf8')).toBe('first')
  }
})
