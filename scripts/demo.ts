/**
 * `npm run demo`: builds a small live ISO with the layout of real ones, customizes it, and takes it back to what it was.
 * Everything happens in `demo/`, which is made anew; the image stays there to be played with.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const TOP = join(import.meta.dirname, '..')
const FOLDER = join(TOP, 'demo')
const CONFIG = {
  ignition: { version: '3.4.0' },
  passwd: {
    users: [
      { name: 'core', sshAuthorizedKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDemoDemoDemoDemoDemoDemoDemo demo'] },
    ],
  },
}

rmSync(FOLDER, { recursive: true, force: true })
mkdirSync(FOLDER)

say('A live ISO with the layout of real ones, and a config for it')
show('node', ['scripts/demo-iso.ts', 'demo/live.iso'], { program: process.execPath, cwd: TOP })
writeFileSync(join(FOLDER, 'config.ign'), `${JSON.stringify(CONFIG, undefined, 2)}\n`)
const before = sha256('live.iso')

say('What it is, and where it can change')
isokit('iso', 'inspect', 'live.iso')

say('Embed the config, add a kernel argument')
isokit('iso', 'ignition', 'embed', '-i', 'config.ign', 'live.iso')
isokit('iso', 'kargs', 'modify', '-a', 'console=ttyS0,115200n8', 'live.iso')
const customized = sha256('live.iso')

say('How it is customized now')
isokit('iso', 'inspect', 'live.iso')

say('Back to what it was')
isokit('iso', 'reset', 'live.iso')
const after = sha256('live.iso')

say('SHA-256 of the image')
console.log(`as built    ${before}\ncustomized  ${customized}\nreset       ${after}`)
if (customized === before || after !== before) throw new Error('The reset image should be the one that was built')
console.log('\nThe reset image is the one that was built.')

function say(text: string): void {
  console.log(`\n# ${text}`)
}

function isokit(...args: readonly string[]): void {
  const entry = join(TOP, 'dist/bin/isokit.js')
  show('isokit', args, { program: process.execPath, before: [entry], cwd: FOLDER })
}

function show(
  name: string,
  args: readonly string[],
  how: { readonly program: string; readonly before?: readonly string[]; readonly cwd: string },
): void {
  console.log(`$ ${[name, ...args].join(' ')}`)
  const { status, error } = spawnSync(how.program, [...(how.before ?? []), ...args], { cwd: how.cwd, stdio: 'inherit' })
  if (error) throw error
  if (status !== 0) throw new Error(`${name} ended with ${status}`)
}

function sha256(name: string): string {
  return createHash('sha256')
    .update(readFileSync(join(FOLDER, name)))
    .digest('hex')
}
