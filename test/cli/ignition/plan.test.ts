import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MainOptions, type MainResult, runMain } from '../../support/run-main.ts'

const SOUND = {
  ignition: { version: '3.4.0' },
  passwd: { users: [{ name: 'core', sshAuthorizedKeys: ['ssh-ed25519 hunter2'], passwordHash: '$y$hunter2' }] },
  storage: {
    files: [
      { path: '/etc/hostname', mode: 420, contents: { source: 'data:,hunter2' } },
      { path: '/etc/motd', overwrite: true, contents: { source: 'https://u:hunter2@h/x?hunter2' } },
    ],
    directories: [{ path: '/opt/app', user: { name: 'core' } }],
    links: [{ path: '/etc/localtime', target: '../usr/share/zoneinfo/UTC' }],
  },
  systemd: { units: [{ name: 't@b.service', enabled: true, contents: '[Install]\nX=hunter2\n' }] },
}
const FAILING = {
  ignition: { version: '3.4.0' },
  storage: { files: [{ path: '/a', contents: { source: 'data:,x', compression: 'gzip' } }, { path: '/a/b' }] },
}
const CONTROLS = {
  ignition: { version: '3.4.0' },
  storage: { files: [{ path: '/a\u001b[31m\n  file  0777  /b\u202e' }], links: [{ path: '/l', target: 'x\ny' }] },
  systemd: { units: [{ name: 'a\nb.service' }] },
}
const BROKEN = { ignition: { version: '3.4.0' }, storage: { files: [{ path: 'relative' }] } }

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'isokit-plan-'))
  for (const [name, config] of Object.entries({ SOUND, FAILING, CONTROLS, BROKEN })) {
    writeFileSync(join(directory, `${name.toLowerCase()}.ign`), JSON.stringify(config))
  }
})
afterAll(() => rmSync(directory, { recursive: true }))

/** Runs a line in which words that end in `.ign` are files of the test. */
function plan(argv: readonly string[], options: MainOptions = {}): Promise<MainResult> {
  const words = argv.map((word) => (word.endsWith('.ign') ? join(directory, word) : word))
  return runMain(['ignition', 'plan', ...words], options)
}

describe('the exit code', () => {
  it.each([
    { name: 'a plan', argv: ['sound.ign'], exitCode: 0 },
    { name: 'a step that surely fails', argv: ['failing.ign'], exitCode: 1 },
    { name: 'a step that surely fails as JSON', argv: ['--json', 'failing.ign'], exitCode: 1 },
    { name: 'a config that is not valid', argv: ['broken.ign'], exitCode: 1 },
    { name: 'a file that is not there', argv: ['none.ign'], exitCode: 1 },
    { name: 'a system that nobody knows', argv: ['--base', 'debian', 'sound.ign'], exitCode: 2 },
  ])('is $exitCode for $name', async ({ argv, exitCode }) => {
    expect(await plan(argv)).toMatchObject({ exitCode })
  })
})

describe('the plan in words', () => {
  it('has a section for each sort of step, in their order', async () => {
    const { stdout, stderr } = await plan(['sound.ign'])
    expect(stderr).toBe('')
    const titles = stdout
      .split('\n\n')
      .slice(2)
      .map((section) => section.split('\n')[0])
    expect(titles).toEqual(['Fetches', 'Users', 'Directories, files and links', 'Units', 'Presets', 'At the end'])
  })

  it('shows files in aligned columns', async () => {
    const { stdout } = await plan(['sound.ign'])
    const start = stdout.indexOf('  type ')
    const lines = stdout.slice(start, stdout.indexOf('\n\n', start)).split('\n')
    expect(lines).toEqual([
      '  type       mode  owner      size  if there  path',
      '  directory  0755  root:root        kept      /etc (implied)',
      '  file       0644  root:root  7 B   fails     /etc/hostname',
      expect.stringMatching(/^ {6}sha256 [0-9a-f]{64}$/),
      '  link             root:root        kept      /etc/localtime -> ../usr/share/zoneinfo/UTC',
      '  file       0644  root:root  ?     replaced  /etc/motd',
      '      from https://…@h/x?…',
      '  directory  0755  root:root        kept      /var/opt (implied)',
      '  directory  0755  core:root        changed   /opt/app (/var/opt/app)',
    ])
  })

  it('has lines of 100 columns at most, but for what the config makes longer', async () => {
    for (const file of ['sound.ign', 'failing.ign']) {
      const { stdout } = await plan([file])
      for (const line of stdout.replaceAll(directory, '').split('\n')) expect(line.length).toBeLessThanOrEqual(100)
    }
  })

  it('says what will fail in front, and where it stands', async () => {
    const { stdout } = await plan(['failing.ign'])
    const [head = '', summary = '', ...rest] = stdout.split('\n\n')
    expect(head).toContain(join(directory, 'failing.ign'))
    expect(summary).toMatch(/^\d+ steps: 2 WILL FAIL, /)
    expect(summary).toMatch(/\n {2}\/a: .*\n {2}\/a\/b: /)
    expect(rest.join('\n').match(/WILL FAIL: /g)).toHaveLength(2)
  })

  it('shows no secrets, in no form', async () => {
    for (const argv of [['sound.ign'], ['--json', 'sound.ign'], ['--base', 'none', 'sound.ign']]) {
      const { stdout, stderr } = await plan(argv)
      expect(stdout + stderr).not.toContain('hunter2')
    }
  })

  it('can not be made to speak to the terminal, nor to show lines that are none', async () => {
    const { stdout } = await plan(['controls.ign'])
    expect(stdout).not.toMatch(/[\u001b\u202e]/)
    expect(stdout).toContain('/a\\x1b[31m\\n  file  0777  /b\\u202e')
    expect(stdout).toContain('/l -> x\\ny')
    expect(stdout).toContain('a\\nb.service')
  })

  it('is about CoreOS unless it is told otherwise', async () => {
    expect((await plan(['failing.ign'])).stdout).toContain('core (of the system itself)')
    expect((await plan(['--base', 'none', 'failing.ign'])).stdout).not.toContain('core')
    const { stdout } = await plan(['--base', 'fedora-coreos', 'failing.ign'])
    expect(stdout).toContain('enable afterburn-sshkeys@.service core')
  })

  it('reads stdin for - and for nothing', async () => {
    const stdin = new TextEncoder().encode(JSON.stringify(SOUND))
    const [dash, nothing] = [await plan(['-'], { stdin }), await plan([], { stdin })]
    expect(dash.stdout).toContain('<stdin>')
    expect(nothing).toEqual(dash)
  })
})

describe('--json', () => {
  it('gives the plan as it is', async () => {
    const { stdout } = await plan(['--json', 'sound.ign'])
    const json = JSON.parse(stdout)
    expect(json).toMatchObject({
      file: join(directory, 'sound.ign'),
      version: '3.4.0',
      base: 'coreos',
      isComplete: true,
    })
    expect(json.counts).toMatchObject({ steps: json.steps.length, failing: 0 })
    expect(json.steps).toContainEqual(
      expect.objectContaining({
        kind: 'file',
        stage: 'files',
        path: '/etc/hostname',
        mode: '0644',
        user: 0,
        byteLength: 7,
        isConditional: true,
        outcomes: [
          { condition: 'path-free', when: 'nothing is at the path', effect: 'create' },
          { condition: 'path-taken', when: 'something is at the path', effect: 'fail' },
        ],
      }),
    )
  })

  it('gives integers beyond 2^53 as texts', async () => {
    const config = '{"ignition":{"version":"3.4.0"},"storage":{"files":[{"path":"/a","user":{"id":9007199254740993}}]}}'
    const { stdout } = await plan(['--json', '-'], { stdin: new TextEncoder().encode(config) })
    expect(stdout).toContain('"user": "9007199254740993"')
  })
})

it('refuses a config that is not valid with a report', async () => {
  const { stdout, stderr } = await plan(['broken.ign'])
  expect(stdout).toBe('')
  expect(stderr).toContain('error[path-relative]')
  expect(stderr).toContain('[IGNITION_INVALID]')
})
