import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { serveFile } from '../support/faulty-server.ts'
import { startHttpServer } from '../support/http-server.ts'
import { needs } from '../support/needs.ts'
import { runMain } from '../support/run-main.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const image = Uint8Array.from({ length: 4_000_000 }, (_, index) => (index * 7919) >> 3)
const sha256 = createHash('sha256').update(image).digest('hex')

it('a download that fills its disk goes on once there is space', async (context) => {
  needs(context, 'root', 'linux')
  await using folder = await temporaryDirectory()
  await using server = await startHttpServer(serveFile({ bytes: image, headers: { etag: '"one"' } }))
  const argv = [
    'download',
    '-u',
    `${server.url}/image.raw`,
    '-C',
    folder.path,
    '--checksum',
    `sha256:${sha256}`,
    '--json',
  ]
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder.path])
  try {
    const full = await runMain(argv)
    expect(full.exitCode).toBe(1)
    expect(full.stderr).toContain('DISK_FULL')
    expect((await readdir(folder.path)).sort()).toEqual(['image.raw.part', 'image.raw.part.json'])

    execFileSync('mount', ['-o', 'remount,size=16m', folder.path])
    const { stdout } = await runMain(argv)
    expect(JSON.parse(stdout).files).toMatchObject([{ method: 'resumed', sha256 }])
    expect(await readdir(folder.path)).toEqual(['image.raw'])
  } finally {
    execFileSync('umount', [folder.path])
  }
})
