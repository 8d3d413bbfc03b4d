import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { createShell } from '../support/run-isokit.ts'

const TOP = fileURLToPath(new URL('../../', import.meta.url))
const execute = promisify(execFile)

/** The package as `npm pack` makes it, unpacked where nothing else is installed. */
let directory: string
let bin: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'isokit-package-'))
  await execute('npm', ['pack', '--ignore-scripts', '--pack-destination', directory], { cwd: TOP })
  await mkdir(join(directory, 'node_modules/isokit'), { recursive: true })
  const tarball = join(directory, `isokit-${packageJson.version}.tgz`)
  await execute('tar', ['-xzf', tarball, '--strip-components=1', '-C', join(directory, 'node_modules/isokit')])
  bin = join(directory, 'node_modules/isokit', packageJson.bin.isokit)
})
afterAll(() => rm(directory, { recursive: true, force: true }))

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const options = { cwd: directory, env: { ...process.env, XDG_CACHE_HOME: join(directory, 'cache'), ...env } }
  return (await execute(process.execPath, [bin, ...args], options)).stdout
}

describe('the package', () => {
  it('holds what is built, and no sources', () => {
    expect(readdirSync(join(directory, 'node_modules/isokit')).sort()).toEqual(
      expect.arrayContaining(['README.md', 'dist', 'package.json']),
    )
    const files = readdirSync(join(directory, 'node_modules/isokit'), { recursive: true }).map(String)
    expect(files.filter((file) => /(^|\/)(src|test|testdata|scripts)\//.test(file))).toEqual([])
    expect(files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([])
  })

  it('has a program that starts by itself', () => {
    expect(statSync(bin).mode & 0o111).toBe(0o111)
    expect(readFileSync(bin, 'latin1').split('\n', 1)[0]).toBe('#!/usr/bin/env node')
  })

  it('runs without any other package', async () => {
    expect(await run(['--version'])).toBe(`isokit ${packageJson.version}\n`)
    expect(await run(['iso', 'kargs', 'modify', '--help'])).toContain('--append <KARG>')
  })

  it('is another tool under its name', async () => {
    const link = join(directory, 'coreos-installer')
    await symlink(bin, link)
    const { stdout } = await execute(process.execPath, [link, '-V'])
    expect(stdout).toBe(`coreos-installer ${packageJson.version}\n`)
  })

  it('has a bundle that can be run as a script: plain ASCII, and no import()', () => {
    const folder = join(bin, '..')
    const [name = ''] = readdirSync(folder).filter((file) => file.endsWith('.cjs'))
    const bundle = readFileSync(join(folder, name), 'latin1')
    expect(bundle).not.toMatch(/[^\0-\x7f]/)
    expect(bundle).not.toMatch(/\bimport\(/)
    const required = [...bundle.matchAll(/\brequire\("([^"]*)"\)/g)].map(([, id]) => id)
    expect(Object.keys(packageJson.dependencies)).toEqual(expect.arrayContaining(required))
  })

  it('tells a Node that is too old', async () => {
    const old = `Object.defineProperty(process.versions, 'node', { value: '22.19.9' }); await import(${JSON.stringify(pathToFileURL(bin))})`
    await expect(execute(process.execPath, ['--input-type=module', '-e', old])).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('needs Node.js 22.20 or newer'),
    })
  })

  it.each([
    {
      name: 'the pure entry without Node',
      types: [],
      lib: ['es2022', 'dom'],
      source: "import { readLiveIso } from 'isokit'\nvoid readLiveIso\n",
    },
    {
      name: 'the entry for Node',
      types: ['node'],
      lib: ['es2022'],
      source: "import { openFile } from 'isokit/node'\nvoid openFile\n",
    },
  ])('has declarations for $name', async ({ types, lib, source }) => {
    const project = await mkdtemp(join(directory, 'project-'))
    const typeRoots = [join(TOP, 'node_modules/@types')]
    const compilerOptions = { module: 'nodenext', target: 'es2022', strict: true, noEmit: true, types, lib, typeRoots }
    await writeFile(join(project, 'main.mts'), source)
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.mts'] }))
    await execute(process.execPath, [join(TOP, 'node_modules/typescript/bin/tsc'), '-p', project])
  })
})

describe('compiled code', () => {
  const kept = (): readonly string[] =>
    readdirSync(join(directory, 'cache/isokit/code'), { recursive: true }).map(String)

  it('is kept for each command that succeeds', async () => {
    await expect(run(['iso', 'kargs', 'show', 'missing.iso'])).rejects.toMatchObject({ code: 1 })
    await run(['completion', 'bash'])
    expect(kept().filter((name) => name.endsWith('-completion'))).toHaveLength(1)
    expect(kept().filter((name) => name.endsWith('-iso-kargs-show'))).toEqual([])
  })

  it('changes nothing about a result', async () => {
    const fresh = await run(['completion', 'fish'], { NODE_DISABLE_COMPILE_CACHE: '1' })
    expect(await run(['completion', 'fish'])).toBe(fresh)
    expect(await run(['completion', 'fish'])).toBe(fresh)
  })
})

describe('the process', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('ends with 130 after %s', async (signal) => {
    const child = spawn(process.execPath, [bin, 'pxe', 'ignition', 'wrap'], { stdio: ['pipe', 'pipe', 'pipe'] })
    let stderr = ''
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    await new Promise((resolve) => setTimeout(resolve, 500)) // it waits for its stdin by then
    child.kill(signal)
    const [code] = await once(child, 'close')
    expect({ code, stderr }).toEqual({ code: 130, stderr: 'Interrupted\n' })
  })

  it('ends as by SIGPIPE, and quietly, when the reader has gone', async () => {
    await using shell = await createShell()
    const { stdout, stderr } = await shell.bash(
      'set +e; { sleep 0.2; $TOOL completion bash; echo $? >&3; } 3>status | true; cat status',
    )
    expect(new TextDecoder().decode(stdout)).toBe('141\n')
    expect(stderr).toBe('')
  })
})
