import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryDirectory } from './temporary-directory.ts'

const run = promisify(execFile)

/** A GnuPG of its own, in a folder that goes away with it. */
export interface Gnupg extends AsyncDisposable {
  readonly directory: string
  /** Runs `gpg` on a day of 2025, with answers for its questions; gives what it prints. */
  gpg(day: number, args: readonly string[], answers?: readonly string[]): Promise<string>
  /** A new key for signatures; gives its fingerprint. */
  makeKey(day: number, name: string, algorithm: string, expires?: string): Promise<string>
  /** A detached signature over a file in the folder, by these keys. */
  sign(day: number, path: string, signers: readonly string[], args?: readonly string[]): Promise<Uint8Array>
  /** What `gpg --export` gives. */
  exportKeys(names: readonly string[]): Promise<Uint8Array>
  /** Withdraws a key; the reason is a number as GnuPG asks for it. */
  revoke(day: number, name: string, reason: number): Promise<void>
  /** Whether `gpgv` accepts a signature, by its exit status. */
  gpgvAccepts(path: string, signature: Uint8Array, keys: Uint8Array): Promise<boolean>
}

export async function createGnupg(): Promise<Gnupg> {
  const temporary = await temporaryDirectory()
  const directory = temporary.path

  const gpg: Gnupg['gpg'] = async (day, args, answers) => {
    const time = `202501${String(day).padStart(2, '0')}T120000`
    const options = ['--homedir', directory, '--quiet', '--faked-system-time', time, '--pinentry-mode', 'loopback']
    if (answers) await writeFile(join(directory, 'answers'), answers.map((answer) => `${answer}\n`).join(''))
    const mode = answers ? ['--no-tty', '--command-file', join(directory, 'answers')] : ['--batch']
    return (await run('gpg', [...options, ...mode, '--yes', '--passphrase', '', ...args])).stdout
  }

  return {
    directory,
    gpg,
    async makeKey(day, name, algorithm, expires = 'never') {
      await gpg(day, ['--quick-generate-key', `${name} <${name}@example.com>`, algorithm, 'sign', expires])
      const list = await gpg(day, ['--with-colons', '--list-keys', name])
      return /^fpr:+([0-9A-F]+):/m.exec(list)?.[1] ?? ''
    },
    async sign(day, path, signers, args = []) {
      const output = join(directory, 'signature')
      const users = signers.flatMap((name) => ['--local-user', name])
      await gpg(day, [...users, ...args, '--output', output, '--detach-sign', join(directory, path)])
      return new Uint8Array(await readFile(output))
    },
    async exportKeys(names) {
      const output = join(directory, 'exported')
      await gpg(1, ['--output', output, '--export', ...names])
      return new Uint8Array(await readFile(output))
    },
    async revoke(day, name, reason) {
      const path = join(directory, 'revocation')
      await gpg(day, ['--output', path, '--gen-revoke', name], ['y', String(reason), '', 'y'])
      await gpg(day, ['--import', path])
    },
    async gpgvAccepts(path, signature, keys) {
      const [signaturePath, keysPath] = [join(directory, 'to-verify.sig'), join(directory, 'to-verify.gpg')]
      await writeFile(signaturePath, signature)
      await writeFile(keysPath, keys)
      const args = ['--quiet', '--keyring', keysPath, signaturePath, join(directory, path)]
      return await run('gpgv', args).then(
        () => true,
        () => false,
      )
    },
    async [Symbol.asyncDispose]() {
      await run('gpgconf', ['--homedir', directory, '--kill', 'all'])
      await temporary[Symbol.asyncDispose]()
    },
  }
}
