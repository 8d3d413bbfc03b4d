import { execFileSync } from 'node:child_process'
import { chmod, copyFile, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memorySource, readAll } from '../../src/bytes/index.ts'
import { findIsoEntry, isoFileSource, readIso9660 } from '../../src/formats/iso9660/index.ts'
import { needs } from '../support/needs.ts'
import { createShell, type Shell } from '../support/run-isokit.ts'
import { saveLiveIso } from '../support/save-live-iso.ts'

let shell: Shell
beforeEach(async () => {
  shell = await createShell()
  await saveLiveIso(shell.path('live.iso'))
  await writeFile(shell.path('config.ign'), '{"ignition":{"version":"3.4.0"}}')
  await writeFile(shell.path('a.nmconnection'), '[connection]\nid=a\n')
})
afterEach(() => shell[Symbol.asyncDispose]())

/** Writes over bytes of a file inside the image. */
async function damage(path: string, edit: (bytes: Uint8Array) => void): Promise<void> {
  const image = new Uint8Array(await readFile(shell.path('live.iso')))
  const iso = await readIso9660(memorySource(image))
  const entry = await findIsoEntry(iso, path)
  if (!entry) throw new Error(`The demo image has no ${path}`)
  const bytes = Uint8Array.from(await readAll(isoFileSource(iso, entry)))
  edit(bytes)
  image.set(bytes, entry.extents[0]?.offset)
  await writeFile(shell.path('live.iso'), image)
}

/** Replaces text in a JSON file of the image by text of the same length. */
const replaceJson = (path: string, from: RegExp, to: (match: string) => string) => (): Promise<void> =>
  damage(path, (bytes) => {
    const text = new TextDecoder().decode(bytes).replace(from, (match) => to(match).padEnd(match.length))
    bytes.set(new TextEncoder().encode(text).subarray(0, bytes.byteLength))
  })

const EMBED = ['iso', 'ignition', 'embed', '-i', 'config.ign', 'live.iso']

describe('one clear error and nothing changed', () => {
  it.each([
    {
      name: 'a text file as image',
      prepare: () => writeFile(shell.path('live.iso'), 'x'.repeat(50_000)),
      code: 'ISO_NOT_FOUND',
    },
    { name: 'an empty file as image', prepare: () => writeFile(shell.path('live.iso'), ''), code: 'ISO_NOT_FOUND' },
    { name: 'half an image', prepare: () => truncate(shell.path('live.iso'), 200_000), code: 'ISO_INCOMPLETE' },
    {
      name: 'an image cut in its descriptors',
      prepare: () => truncate(shell.path('live.iso'), 35_000),
      code: 'ISO_DESCRIPTOR_CORRUPT',
    },
    {
      name: 'garbage in the embed area',
      prepare: () => damage('IMAGES/IGNITION.IMG', (bytes) => bytes.fill(0x55)),
      code: 'NOT_A_LIVE_ISO',
    },
    {
      name: 'an area that leaves its file',
      prepare: replaceJson('COREOS/KARGS.JSO', /"offset": \d+/, () => '"offset": 9e8'),
      code: 'AREA_INVALID',
    },
    {
      name: 'areas of no size',
      prepare: replaceJson('COREOS/KARGS.JSO', /"size": \d+/, () => '"size": 0'),
      code: /AREA_INVALID|METADATA_INVALID/,
    },
    {
      name: 'a kargs.json that is no JSON',
      prepare: replaceJson('COREOS/KARGS.JSO', /^\{/, () => '['),
      code: 'METADATA_INVALID',
    },
    {
      name: 'an igninfo.json without a file',
      prepare: replaceJson('COREOS/IGNINFO.JSO', /"file"/, () => '"flie"'),
      code: 'METADATA_INVALID',
    },
    { name: 'no image', args: ['iso', 'inspect', 'none.iso'], code: 'FILE_NOT_FOUND' },
    { name: 'a directory as image', args: ['iso', 'inspect', '.'], code: 'IS_A_DIRECTORY' },
    {
      name: 'a directory as config',
      args: ['iso', 'ignition', 'embed', '-i', '.', 'live.iso'],
      code: 'IS_A_DIRECTORY',
    },
    { name: 'a missing config', args: ['iso', 'ignition', 'embed', '-i', 'none', 'live.iso'], code: 'FILE_NOT_FOUND' },
    { name: 'a missing keyfile', args: ['iso', 'network', 'embed', '-k', 'none', 'live.iso'], code: 'FILE_NOT_FOUND' },
    { name: 'an output in no directory', args: [...EMBED, '-o', 'none/x.iso'], code: 'FILE_NOT_FOUND' },
    { name: 'an output that exists', args: [...EMBED, '-o', 'live.iso'], code: 'OUTPUT_EXISTS' },
    { name: 'a directory as output', args: [...EMBED, '-o', '.', '--overwrite'], code: 'IS_A_DIRECTORY' },
    {
      name: 'kernel arguments one byte too long',
      args: ['iso', 'kargs', 'modify', '-a', 'x'.repeat(1023), 'live.iso'],
      code: 'KARGS_TOO_LONG',
    },
    {
      name: 'a config that is no JSON',
      prepare: () => writeFile(shell.path('config.ign'), '{"ignition":{"version":"3.4.0"},}'),
      code: 'IGNITION_INVALID',
    },
  ])('for $name', async ({ prepare, args = EMBED, code }) => {
    await prepare?.()
    const before = await readFile(shell.path('live.iso'))
    const { exitCode, stdout, stderr } = await shell.run(['--json', ...args])
    expect(exitCode, stderr).toBe(1)
    expect(stdout).toHaveLength(0)
    const { error } = JSON.parse(stderr.trim().split('\n').at(-1) ?? '')
    expect(error.code).toMatch(code)
    expect(error.message).not.toMatch(/\n|node:|undefined/)
    expect(Buffer.compare(await readFile(shell.path('live.iso')), before)).toBe(0)
    expect((await readdir(shell.directory)).sort()).toEqual(['.bin', 'a.nmconnection', 'config.ign', 'live.iso'])
  })

  it.each([
    { name: 'an unknown option', args: ['iso', 'reset', '--none', 'live.iso'], code: 'COMMAND_LINE_INVALID' },
    {
      name: 'an argument with a line break',
      args: ['iso', 'kargs', 'modify', '-a', 'a\nb', 'live.iso'],
      code: 'KARG_INVALID',
    },
    {
      name: 'two keyfiles of one name',
      args: ['iso', 'network', 'embed', '-k', 'a.nmconnection', '-k', './a.nmconnection', 'live.iso'],
      code: 'KEYFILE_INVALID',
    },
  ])('and the exit code of a wrong call for $name', async ({ args, code }) => {
    const before = await readFile(shell.path('live.iso'))
    const { exitCode, stderr } = await shell.run(['--json', ...args])
    expect(exitCode).toBe(2)
    expect(JSON.parse(stderr).error.code).toBe(code)
    expect(Buffer.compare(await readFile(shell.path('live.iso')), before)).toBe(0)
  })

  it('for a file that may not be read, and one that may not be written', async (context) => {
    needs(context, 'linux', 'root', 'setpriv')
    await chmod(shell.directory, 0o777)
    const asNobody = `setpriv --reuid 65534 --clear-groups env HOME=${shell.directory} $TOOL`
    await chmod(shell.path('live.iso'), 0o444)
    const { exitCode, stderr } = await shell.bash(`${asNobody} iso ignition embed -i config.ign live.iso`)
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/Cannot write .*live\.iso: Permission denied \[PERMISSION_DENIED\]/)
    await chmod(shell.path('live.iso'), 0o000)
    expect((await shell.bash(`${asNobody} iso inspect live.iso`)).stderr).toContain('[PERMISSION_DENIED]')
  })

  it('for a full disk', async (context) => {
    needs(context, 'linux', 'root')
    await mkdir(shell.path('small'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'tmpfs', shell.path('small')])
    try {
      await writeFile(shell.path('small/fill'), new Uint8Array(590 * 1024))
      const { exitCode, stderr } = await shell.run(['--json', ...EMBED, '-o', 'small/out.iso'])
      expect(exitCode).toBe(1)
      expect(JSON.parse(stderr).error.code).toBe('DISK_FULL')
      expect(await readdir(shell.path('small'))).toEqual(['fill'])
    } finally {
      execFileSync('umount', [shell.path('small')])
    }
  })
})

describe('output that nobody may see', () => {
  it('is mode 0600 for an image that carries a config, and by umask for one that does not', async () => {
    const { stdout } = await shell.bash(`umask 022
      $TOOL -q iso ignition embed -i config.ign -o with.iso live.iso
      $TOOL -q iso kargs modify -a a=b -o without.iso live.iso
      $TOOL -q pxe ignition wrap -i config.ign -o config.img
      stat -c %a with.iso without.iso config.img`)
    expect(new TextDecoder().decode(stdout)).toBe('600\n644\n600\n')
  })

  it('ends quietly when its reader leaves', async () => {
    const { exitCode, stderr } = await shell.bash(
      `set +o pipefail
      $TOOL iso ignition embed -i config.ign -o - live.iso | head -c 1 > /dev/null; echo $PIPESTATUS >&2`,
    )
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(/^141\n$/)
  })

  it.each([
    'iso ignition embed -i config.ign -o OUTPUT live.iso',
    'iso kargs modify -a a=b -o OUTPUT live.iso',
    'pxe ignition wrap -i config.ign -o OUTPUT',
  ])('is nothing but the data when stdout is asked for by another name: %s', async (line) => {
    const { exitCode, stdout, stderr } = await shell.bash(`
      $TOOL ${line.replace('OUTPUT', '-')} | sha256sum
      $TOOL ${line.replace('OUTPUT', '/dev/stdout')} | sha256sum`)
    expect(exitCode, stderr).toBe(0)
    const [plain, named] = new TextDecoder().decode(stdout).split('\n')
    expect(named).toBe(plain)
  })

  it('is not sent to a terminal', async (context) => {
    needs(context, 'script')
    const { stdout } = await shell.bash(
      "script -qec '$TOOL iso ignition embed -i config.ign -o - live.iso' /dev/null; true",
    )
    expect(new TextDecoder().decode(stdout)).toContain('STDOUT_IS_TERMINAL')
  })
})

it.each([
  { name: 'a missing command', args: ['--json', 'iso', 'kargs'] },
  { name: 'an unknown command', args: ['--json', 'iso', 'none'] },
  { name: 'the help of an unknown command', args: ['--json', 'iso', 'none', '-h'] },
])('$name is a wrong call, and JSON where that is asked for', async ({ args }) => {
  const { exitCode, stdout, stderr } = await shell.run(args)
  expect(exitCode).toBe(2)
  expect(stdout).toHaveLength(0)
  expect(JSON.parse(stderr).error.code).toBe('COMMAND_LINE_INVALID')
})

it('knows the names that commands had before, and tells the new ones', async () => {
  const { exitCode, stdout, stderr } = await shell.bash(`
    before=$(sha256sum < live.iso)
    $TOOL iso embed -c config.ign live.iso 2>> notes > /dev/null
    $TOOL iso show live.iso 2>> notes | cmp - config.ign
    $TOOL iso remove live.iso 2>> notes > /dev/null
    [ "$before" = "$(sha256sum < live.iso)" ]
    grep -c 'is deprecated; use .iso ignition' notes`)
  expect(exitCode, stderr).toBe(0)
  expect(new TextDecoder().decode(stdout)).toBe('3\n')
})

it('edits alike when the shortcuts of the system are switched off', async () => {
  await copyFile(shell.path('live.iso'), shell.path('slow.iso'))
  const script = (image: string): string => `
    $TOOL -q iso ignition embed -i config.ign ${image}
    $TOOL -q iso network embed -k a.nmconnection -o ${image}.new ${image}
    $TOOL -q iso kargs modify -a a=b -o - ${image} > ${image}.out
    $TOOL -q iso extract pxe -o ${image}.pxe ${image} > /dev/null
    (cat ${image} ${image}.new ${image}.out ${image}.pxe/*) | sha256sum`
  const fast = await shell.bash(script('live.iso'))
  const slow = await shell.bash(`export ISOKIT_FAST_PATHS=off${script('slow.iso')}`)
  expect(fast.exitCode, fast.stderr).toBe(0)
  expect(slow.exitCode, slow.stderr).toBe(0)
  expect(slow.stdout).toEqual(fast.stdout)
})

it('tells of a server that is not there, and Node has nothing to add', async () => {
  const { exitCode, stdout, stderr } = await shell.run(['pxe', 'check', 'http://127.0.0.1:1'])
  expect(exitCode).toBe(1)
  expect(new TextDecoder().decode(stdout)).toContain('refused')
  expect(stderr).toBe('')
})
