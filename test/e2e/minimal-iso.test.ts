import { execFileSync } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { chunks } from '../../src/bytes/index.ts'
import { readFixture } from '../support/fixtures.ts'
import { needs } from '../support/needs.ts'
import { buildPackedLiveIso } from '../support/packed-live-iso.ts'
import { createShell, type Shell } from '../support/run-isokit.ts'
import { saveLiveIso } from '../support/save-live-iso.ts'
import { SHELL_FUNCTIONS } from '../support/shell-functions.ts'

let shell: Shell
afterEach(() => shell[Symbol.asyncDispose]())

async function script(text: string): Promise<void> {
  const { exitCode, stderr } = await shell.bash(SHELL_FUNCTIONS + text)
  expect(exitCode, stderr).toBe(0)
}

const names = async (): Promise<readonly string[]> =>
  (await readdir(shell.directory)).filter((name) => name !== '.bin').sort()

describe('a demo image', () => {
  beforeEach(async () => {
    shell = await createShell()
    const { full, minimal } = await buildPackedLiveIso()
    await writeFile(shell.path('full.iso'), chunks(full))
    await writeFile(shell.path('minimal.iso'), chunks(minimal))
  })

  it('goes to a file and to stdout alike, with its rootfs', async () => {
    await script(`
      $TOOL -q iso extract minimal-iso full.iso out.iso
      same "$(digest out.iso)" "$($TOOL -q iso extract minimal-iso full.iso | digest)" 'no output'
      same "$(digest out.iso)" "$($TOOL -q iso extract minimal-iso full.iso - | digest)" stdout
      same "$(digest out.iso)" "$($TOOL -q iso extract minimal-iso full.iso /dev/stdout | digest)" 'named stdout'
      $TOOL -q iso extract minimal-iso --rootfs-url http://a/b --output-rootfs rootfs.img full.iso url.iso
      same "$(digest url.iso)" \\
        "$($TOOL -q iso extract minimal-iso --rootfs-url http://a/b --output-rootfs r.img full.iso | digest)" url
      $TOOL -q iso extract pxe -o pxe full.iso > /dev/null
      cmp rootfs.img pxe/full-rootfs.img
      cmp r.img pxe/full-rootfs.img
      $TOOL iso kargs show url.iso | grep -qF 'coreos.live.rootfs_url=http://a/b'
      ! $TOOL iso kargs show url.iso | grep -qF coreos.liveiso=
      $TOOL -q iso kargs reset url.iso
      cmp url.iso out.iso
      same 644 "$(umask 022; $TOOL -q iso extract minimal-iso full.iso mode.iso; stat -c %a mode.iso)" mode
    `)
  })

  it('tells programs what was made', async () => {
    const args = ['--json', 'iso', 'extract', 'minimal-iso', '--output-rootfs', 'r.img', 'full.iso', 'out.iso']
    const { stdout, stderr } = await shell.run(args)
    const sha256 = execFileSync('sha256sum', [shell.path('out.iso')])
      .toString()
      .slice(0, 64)
    expect(JSON.parse(new TextDecoder().decode(stdout))).toMatchObject({
      image: 'full.iso',
      output: 'out.iso',
      byteLength: 1_048_576,
      sha256,
      kargs: 'mitigations=auto,nosmt ignition.firstboot ignition.platform.id=metal',
      rootfs: { path: 'r.img' },
    })
    expect(stderr).toContain('will not boot before')
  })

  it.each([
    { name: 'no URL that the live system fetches', url: 'ftp://a/b', warning: /http:\/\/, https:\/\/ or tftp:/ },
    { name: 'a character that GRUB interprets', url: 'http://a/b?c=d&e', warning: /GRUB gives & / },
    { name: 'nothing odd', url: 'http://a/b', warning: /^$/ },
  ])('warns of $name', async ({ url, warning }) => {
    const { exitCode, stderr } = await shell.run([
      '-q',
      'iso',
      'extract',
      'minimal-iso',
      '--rootfs-url',
      url,
      'full.iso',
    ])
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(warning)
  })

  it.each([
    { name: 'an image that exists', args: ['full.iso', 'minimal.iso'], code: 'OUTPUT_EXISTS' },
    { name: 'a rootfs that exists', args: ['--output-rootfs', 'minimal.iso', 'full.iso', 'x'], code: 'OUTPUT_EXISTS' },
    { name: 'a rootfs in no directory', args: ['--output-rootfs', 'a/b', 'full.iso', 'x'], code: 'FILE_NOT_FOUND' },
    { name: 'an image without data', args: ['minimal.iso', 'x'], code: 'MINISO_UNSUPPORTED' },
    { name: 'no image', args: ['none.iso', 'x'], code: 'FILE_NOT_FOUND' },
  ])('leaves nothing behind for $name', async ({ args, code }) => {
    const { exitCode, stderr } = await shell.run(['--json', '-q', 'iso', 'extract', 'minimal-iso', ...args])
    expect(exitCode).toBe(1)
    expect(JSON.parse(stderr).error.code).toBe(code)
    expect(await names()).toEqual(['full.iso', 'minimal.iso'])
  })

  it.each([
    { name: 'one file for both', args: ['--output-rootfs', './x', 'full.iso', 'x'], code: 'COMMAND_LINE_INVALID' },
    { name: 'stdout for both', args: ['--output-rootfs', '/dev/stdout', 'full.iso'], code: 'COMMAND_LINE_INVALID' },
    { name: 'a URL with a space', args: ['--rootfs-url', 'http://a b', 'full.iso', 'x'], code: 'KARG_INVALID' },
    { name: 'two outputs', args: ['full.iso', 'x', 'y'], code: 'COMMAND_LINE_INVALID' },
  ])('is a wrong call with $name', async ({ args, code }) => {
    const { exitCode, stderr } = await shell.run(['--json', 'iso', 'extract', 'minimal-iso', ...args])
    expect(exitCode).toBe(2)
    expect(JSON.parse(stderr).error.code).toBe(code)
    expect(await names()).toEqual(['full.iso', 'minimal.iso'])
  })

  it.each(['out.iso', '-'])('leaves nothing behind when the digest is wrong (to %s)', async (output) => {
    await script(`
      sed -i 's/x86_64 kernel/x86-64 kernel/' full.iso
      fails 'wrong final digest' $TOOL iso extract minimal-iso --output-rootfs r.img full.iso ${output}
      mkfifo pipe; wc -c < pipe > count &
      fails 'wrong final digest' $TOOL iso extract minimal-iso full.iso pipe
      : > pipe; wait; same 0 "$(cat count)" 'bytes in a pipe'; rm pipe count
      same 0 "$($TOOL iso extract minimal-iso full.iso - 2>/dev/null | wc -c)" 'bytes on stdout'
    `)
    expect(await names()).toEqual(['full.iso', 'minimal.iso'])
  })

  it('leaves nothing behind on a full disk, or when the reader of stdout goes away', async (context) => {
    await script(`
      set +o pipefail
      $TOOL -q iso extract minimal-iso --output-rootfs r.img full.iso - | head -c 1 > /dev/null
      same 141 "\${PIPESTATUS[0]}"
    `)
    expect(await names()).toEqual(['full.iso', 'minimal.iso'])
    needs(context, 'linux', 'root')
    await mkdir(shell.path('small'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1028k', 'tmpfs', shell.path('small')])
    try {
      await script(`fails DISK_FULL $TOOL iso extract minimal-iso --output-rootfs small/r.img full.iso small/out.iso`)
      expect(await readdir(shell.path('small'))).toEqual([])
    } finally {
      execFileSync('umount', [shell.path('small')])
    }
  })

  it('is packed in place, again without a write, and refuses what does not belong to it', async () => {
    await saveLiveIso(shell.path('new.iso'))
    await script(`
      cp new.iso same.iso
      $TOOL pack minimal-iso new.iso minimal.iso 2> notes
      grep -q '12 of 14 files' notes
      before="$(stat -c %y new.iso)"
      $TOOL pack minimal-iso new.iso minimal.iso 2> notes | grep -q 'Nothing to change'
      same "$before" "$(stat -c %y new.iso)" 'time of the last change'
      fails MINISO_MISMATCH $TOOL pack minimal-iso same.iso new.iso --consume
      cmp -s same.iso new.iso && exit 1
      $TOOL -q pack minimal-iso same.iso minimal.iso --consume 2> notes
      cmp same.iso new.iso
      [ -e new.iso ] && [ ! -e minimal.iso ]
      $TOOL --json pack minimal-iso -h | grep -q FULL_ISO
      ! $TOOL -h | grep -q pack
    `)
  })
})

/** What the reference tool's own tests ask, under its name. */
describe.each(['2022-02', '2023-07.x86_64', '2023-07.s390x'])('the real image of %s', (image) => {
  const prepare = async (context: TestContext): Promise<void> => {
    shell = await createShell('coreos-installer')
    await writeFile(shell.path('a.iso'), await readFixture(context, `iso/embed-areas-${image}.iso.xz`))
  }

  it('gives the same minimal image every way, which lacks what names the medium', async (context) => {
    await prepare(context)
    await script(`
      $TOOL iso extract minimal-iso a.iso out.iso
      same '' "$($TOOL iso extract minimal-iso a.iso silent.iso 2>&1)" silence
      ! $TOOL iso kargs show out.iso | grep -q coreos.liveiso
      same "$(digest out.iso)" "$($TOOL iso extract minimal-iso a.iso - | digest)"
      same "$(digest out.iso)" "$($TOOL iso extract minimal-iso a.iso --output-rootfs rootfs.img | digest)"
      $TOOL iso extract pxe a.iso > /dev/null
      cmp rootfs.img a-rootfs.img
      $TOOL iso extract minimal-iso a.iso --rootfs-url https://foo.com/bar url.iso
      $TOOL iso kargs show url.iso | grep -q coreos.live.rootfs_url=https://foo.com/bar
      same "$(digest url.iso)" "$($TOOL iso extract minimal-iso a.iso --rootfs-url https://foo.com/bar | digest)"
    `)
  })

  it('refuses what the reference tool refuses, in its words', async (context) => {
    await prepare(context)
    await script(`
      touch exists
      fails 'File exists' $TOOL iso extract minimal-iso a.iso exists
      fails 'File exists' $TOOL iso extract minimal-iso a.iso out.iso --output-rootfs exists
      fails 'forbidden whitespace' $TOOL iso extract minimal-iso a.iso out.iso --rootfs-url 'foo bar'
      embedded='Cannot operate on ISO with embedded customizations'
      cp a.iso b.iso; $TOOL iso kargs modify -a foobar b.iso
      fails "$embedded" $TOOL iso extract minimal-iso b.iso out.iso
      $TOOL iso reset b.iso; echo '{}' | $TOOL iso ignition embed b.iso
      fails "$embedded" $TOOL iso extract minimal-iso b.iso out.iso
      $TOOL iso reset b.iso; $TOOL iso extract minimal-iso b.iso reset.iso
      sed 's/nosmt/nosmd/g' a.iso > c.iso
      fails 'wrong final digest' $TOOL iso extract minimal-iso c.iso out.iso --output-rootfs rootfs.img
      [ ! -e out.iso ] && [ ! -e rootfs.img ]
    `)
  })
})

it('the real image of 2021 has no minimal image, and says so', async (context) => {
  shell = await createShell('coreos-installer')
  await writeFile(shell.path('a.iso'), await readFixture(context, 'iso/embed-areas-2021-09.iso.xz'))
  await script(`fails 'does not support extracting a minimal ISO' $TOOL iso extract minimal-iso a.iso out.iso`)
})
