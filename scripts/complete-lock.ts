/**
 * `npm run lock:complete`, after a dependency has changed: puts packages into package-lock.json that npm left out because
 * the registry at hand does not serve them. They are binaries for other platforms, which are never fetched here, but
 * `npm ci` refuses a lock that doesn't name them. Their checksums are not known, so they have none.
 */
import { readFileSync, writeFileSync } from 'node:fs'

interface LockedPackage {
  readonly version: string
  readonly dev?: boolean
  readonly license?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly engines?: Readonly<Record<string, string>>
}

const LOCK = new URL('../package-lock.json', import.meta.url)
const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64']
const LIBRARIES: Readonly<Record<string, string>> = { gnu: 'glibc', musl: 'musl' }

const lock = JSON.parse(readFileSync(LOCK, 'utf8')) as { packages: Record<string, LockedPackage | object> }
const added: string[] = []
for (const parent of Object.values(lock.packages) as LockedPackage[]) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`
    if (key in lock.packages || !/^\d/.test(version)) continue
    lock.packages[key] = { version, ...platformOf(name), ...(parent.dev && { dev: true }), optional: true }
    added.push(name)
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(LOCK, `${JSON.stringify(lock, undefined, 2)}\n`)
console.log(added.length === 0 ? 'The lock was complete' : `Added ${added.join(', ')}`)

/** `@scope/name-linux-arm64-musl` runs on linux, arm64, musl. A name that doesn't tell would be fetched, so it is refused. */
function platformOf(name: string): object {
  const words = name.replace(/^.*\//, '').split('-')
  const os = words.filter((word) => SYSTEMS.includes(word))
  const cpu = words.filter((word) => PROCESSORS.includes(word))
  const libc = words.flatMap((word) => LIBRARIES[word] ?? [])
  if (cpu.length !== 1) throw new Error(`${name} does not say which platform it is for`)
  return { cpu, ...(os.length > 0 && { os }), ...(libc.length > 0 && { libc }) }
}
