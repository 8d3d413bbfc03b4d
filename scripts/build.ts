/** Builds the package into `dist/`: the library's two entries, the command line, and type declarations. */
import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BUNDLED_PACKAGES, bundleCommandLine, bundleLibrary, bundleWorkers } from './build/bundle.ts'

process.chdir(join(import.meta.dirname, '..'))
rmSync('dist', { recursive: true, force: true })

const types = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
})
if (types.status !== 0) process.exit(types.status ?? 1)
await bundleLibrary()
await bundleWorkers()
await bundleCommandLine()
chmodSync('dist/bin/isokit.js', 0o755)
writeFileSync('dist/bin/THIRD-PARTY-LICENSES.txt', BUNDLED_PACKAGES.map(readLicense).join('\n'))

/** Licences ask to travel with the code, and a bundled package has no folder of its own for it. */
function readLicense(name: string): string {
  return `${name}\n\n${readFileSync(`node_modules/${name}/LICENSE`, 'utf8')}`
}
