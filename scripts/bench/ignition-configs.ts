import { encodeUtf8 } from '../../src/bytes/index.ts'

const CHUNK_BYTE_LENGTH = 192 * 1024

/** A config as tools make them: files with small contents, units with drop-ins, users with keys. About this long. */
export function mixedConfig(byteLength: number): Uint8Array {
  const [files, directories, units, users]: unknown[][] = [[], [], [], []]
  let length = 0
  for (let index = 0; length < byteLength; index++) {
    const entries = [
      [files, fileEntry(index)],
      ...(index % 10 === 0 ? [[directories, { path: `/etc/service-${index}`, mode: 0o755 }]] : []),
      ...(index % 4 === 0 ? [[units, unitEntry(index)]] : []),
      ...(index % 20 === 0 ? [[users, userEntry(index)]] : []),
    ] as [unknown[], unknown][]
    for (const [list, entry] of entries) {
      list.push(entry)
      length += JSON.stringify(entry).length + 1
    }
  }
  return encodeUtf8(
    JSON.stringify({
      ignition: { version: '3.4.0' },
      passwd: { users },
      storage: { directories, files },
      systemd: { units },
    }),
  )
}

/** A config that is nearly nothing but large data URLs. About this long. */
export function dataConfig(byteLength: number): Uint8Array {
  const payload = Buffer.from(textOf(CHUNK_BYTE_LENGTH)).toString('base64')
  const files = Array.from({ length: Math.ceil(byteLength / payload.length) }, (_, index) => ({
    path: `/opt/data/${index}`,
    mode: 0o644,
    contents: { source: `data:;base64,${payload}` },
  }))
  return encodeUtf8(JSON.stringify({ ignition: { version: '3.4.0' }, storage: { files } }))
}

function fileEntry(index: number): object {
  const text = textOf(40 + (index % 7) * 40)
  const source =
    index % 3 === 0 ? `data:;base64,${Buffer.from(text).toString('base64')}` : `data:,${encodeURIComponent(text)}`
  return {
    path: `/etc/service-${index}.d/settings-${index % 13}.conf`,
    mode: 0o644,
    overwrite: true,
    contents: { compression: '', source },
    ...(index % 5 === 0 ? { user: { name: 'root' }, group: { name: 'root' } } : {}),
  }
}

function unitEntry(index: number): object {
  return {
    name: `service-${index}.service`,
    enabled: true,
    contents: `[Unit]\nDescription=Service ${index}\nAfter=network-online.target\n\n[Service]\nExecStart=/usr/bin/podman run --name service-${index} registry.example/service:${index % 9}\nRestart=always\n\n[Install]\nWantedBy=multi-user.target\n`,
    dropins: [{ name: '10-limits.conf', contents: `[Service]\nMemoryMax=${index}M\n` }],
  }
}

function userEntry(index: number): object {
  const key = Buffer.from(textOf(51)).toString('base64')
  return {
    name: `user-${index}`,
    groups: ['wheel', 'sudo'],
    sshAuthorizedKeys: [`ssh-ed25519 ${key} user-${index}@example`],
  }
}

/** Text like that of settings, always the same. */
function textOf(length: number): string {
  return '# settings of the service\nlisten = 0.0.0.0:8080\nname = "a value, and another"\n'
    .repeat(length / 40)
    .slice(0, length)
}
