import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { chunks } from '../src/bytes/index.ts'
import { buildLiveIsoParts } from './support/live-iso-parts.ts'
import { markdownBlocks } from './support/markdown-blocks.ts'
import { METAL_IMAGE_NEEDS, makeMetalImage } from './support/metal-image.ts'
import { needs } from './support/needs.ts'
import { buildPackedLiveIso } from './support/packed-live-iso.ts'

const TOP = fileURLToPath(new URL('../', import.meta.url))
const blocks = markdownBlocks(readFileSync(join(TOP, 'README.md'), 'utf8'))
const commandLines = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ text }) => text.replaceAll('\\\n', ' ').split('\n'))
  .map((line) => line.replace(/\s+#.*$/, '').trim())
  .filter((line) => line !== '' && !line.startsWith('#'))

const UNIT = '[Service]\nExecStart=/usr/bin/true\n\n[Install]\nWantedBy=multi-user.target\n'

/** A folder as the README's reader has it: images and what they are built from, a config and what it is made of, a keyfile, and isokit. */
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'isokit-readme-'))
  await writeLiveIso()
  await writeLiveIsoParts()
  await writeFile(join(directory, 'config.ign'), '{"ignition":{"version":"3.4.0"}}')
  await writeFile(join(directory, 'id.pub'), 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA me@example\n')
  await writeFile(join(directory, 'agent.service'), UNIT)
  await writeFile(join(directory, 'eth0.nmconnection'), '[connection]\nid=eth0\ntype=ethernet\n', { mode: 0o600 })
  await mkdir(join(directory, 'node_modules/.bin'), { recursive: true })
  await symlink(TOP, join(directory, 'node_modules/isokit'))
  const shim = `#!/bin/sh\nexec "${process.execPath}" "${join(TOP, 'dist/bin/isokit.js')}" "$@"\n`
  await writeFile(join(directory, 'node_modules/.bin/isokit'), shim)
  await chmod(join(directory, 'node_modules/.bin/isokit'), 0o755)
})
afterAll(() => rm(directory, { recursive: true, force: true }))

async function writeLiveIso(): Promise<void> {
  await writeFile(join(directory, 'live.iso'), chunks((await buildPackedLiveIso()).full))
}

async function writeLiveIsoParts(): Promise<void> {
  const { kernel, initramfs, rootfs, efiImage, isolinux = [] } = await buildLiveIsoParts()
  await mkdir(join(directory, 'bios'))
  const files = [
    { name: 'vmlinuz', source: kernel },
    { name: 'initrd.img', source: initramfs },
    { name: 'rootfs.img', source: rootfs },
    ...(efiImage ? [{ name: 'efiboot.img', source: efiImage }] : []),
    ...isolinux.map(({ name, source }) => ({ name: join('bios', name), source })),
  ]
  for (const { name, source } of files) await writeFile(join(directory, name), chunks(source))
}

/** A disk image, packed, and the list of checksums that is published with it. */
async function writeMetalImage(): Promise<void> {
  const { path } = await makeMetalImage()
  await run('bash', ['-euo', 'pipefail', '-c', `xz -0 <'${path}' >metal.raw.xz; sha256sum metal.raw.xz >metal.sha256`])
}

async function run(program: string, args: readonly string[]): Promise<string> {
  const path = [join(directory, 'node_modules/.bin'), process.env['PATH']].join(delimiter)
  const { stdout } = await promisify(execFile)(program, args, { cwd: directory, env: { ...process.env, PATH: path } })
  return stdout
}

it('has shell examples that all succeed, one after the other', async () => {
  const examples = commandLines.filter((line) => /^isokit |\| *isokit /.test(line))
  expect(examples.length).toBeGreaterThan(3)
  for (const line of examples) {
    await expect(run('bash', ['-euo', 'pipefail', '-c', line]), line).resolves.toBeTypeOf('string')
  }
})

it('has scripts that run as they stand', async (context) => {
  needs(context, 'xz', 'sha256sum', ...METAL_IMAGE_NEEDS)
  const pipelines = blocks.filter(({ language }) => language === 'bash')
  expect(pipelines.length).toBeGreaterThan(0)
  await writeLiveIso() // the examples before have edited it
  await writeMetalImage()
  for (const { text, line } of pipelines) {
    await expect(run('bash', ['-euo', 'pipefail', '-c', text]), `README.md:${line}`).resolves.toBeTypeOf('string')
  }
})

it('names only npm scripts and files that exist', () => {
  const named = [...commandLines.join('\n').matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1])
  expect(Object.keys(packageJson.scripts)).toEqual(expect.arrayContaining(named))
})

it('has library examples that run as they stand', async (context) => {
  needs(context, 'bash', 'xz', ...METAL_IMAGE_NEEDS)
  await writeMetalImage()
  const examples = blocks.filter(({ language }) => language === 'ts')
  expect(examples.length).toBeGreaterThan(0)
  for (const [index, { text, line }] of examples.entries()) {
    const path = join(directory, `example-${index}.ts`)
    await writeFile(path, text)
    await expect(run(process.execPath, [path]), `README.md:${line}`).resolves.toBeTypeOf('string')
  }
})
