import { createHash } from 'node:crypto'
import { encodeInitrd } from '../../src/formats/initrd/index.ts'
import { nodeCodecs } from '../../src/node/index.ts'

/** A file that an Ignition config writes. */
export interface ConfiguredFile {
  readonly path: string
  readonly content: string | Uint8Array
}

/** What the marker's unit says, once the config has been applied. */
export const MARKER = '@lab-marker@ hello from the config'

/** What Ignition notes in its result when it was given a config. */
export const USER_CONFIG = '"userConfigProvided": true'

/** The line by which the initramfs tells that it found no config. */
export const ABSENT = '@initrd-config-absent@'

/** Network settings for a card that no machine has. */
export const KEYFILE_NAME = 'lab0.nmconnection'
export const KEYFILE = `[connection]
id=lab0
type=ethernet
interface-name=lab0

[ipv4]
method=manual
address1=192.0.2.10/24
`

const MARKER_UNIT = `[Unit]
Description=Says that the config was applied

[Service]
Type=oneshot
ExecStart=/bin/sh -c 'echo "@lab-marker@ $(cat /etc/lab-marker)" >/dev/console'

[Install]
WantedBy=multi-user.target
`

const MAX_SEARCH_ROUNDS = 64

/**
 * An Ignition config that writes `/etc/lab-marker` and enables a unit that reads it aloud, and writes more files besides.
 * Spec 3.3.0 is the newest that the lab's Ignition knows.
 */
export function markerConfig(files: readonly ConfiguredFile[] = []): string {
  const all = [{ path: '/etc/lab-marker', content: 'hello from the config' }, ...files]
  return JSON.stringify({
    ignition: { version: '3.3.0' },
    storage: {
      files: all.map(({ path, content }) => ({
        path,
        mode: 0o644,
        contents: { source: `data:;base64,${Buffer.from(content).toString('base64')}` },
      })),
    },
    systemd: { units: [{ name: 'lab-marker.service', enabled: true, contents: MARKER_UNIT }] },
  })
}

/** The line by which the initramfs tells that it found this very config. */
export function foundLine(config: string): string {
  return `@initrd-config@ sha256=${sha256(config)} byteLength=${Buffer.byteLength(config)}`
}

/** The line by which the live system tells that this file is there with these bytes. */
export function fileLine({ path, content }: ConfiguredFile): string {
  return `@file@ ${sha256(content)}  ${path}`
}

/** The SHA-256 of content, in hex. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** Bytes that don't compress and are the same in every run. */
export function noise(byteLength: number, seed: string): Uint8Array {
  const blocks: Uint8Array[] = []
  for (let i = 0; i * 32 < byteLength; i++) blocks.push(createHash('sha256').update(`${seed} ${i}`).digest())
  return Buffer.concat(blocks).subarray(0, byteLength)
}

/** Megabytes that compress well in places and not at all in others, so that the encoder switches between its chunk types. */
export function patchwork(byteLength: number): Uint8Array {
  const patches: Uint8Array[] = []
  let total = 0
  for (let i = 0; total < byteLength; i++) {
    const length = [7, 300, 90_000, 5_000][i % 4]!
    const patch = i % 8 === 5 ? noise(length, `patch ${i}`) : Buffer.alloc(length, `run of ${i % 23} `)
    patches.push(patch)
    total += patch.byteLength
  }
  return Buffer.concat(patches).subarray(0, byteLength)
}

/**
 * A config whose archive takes exactly the given number of bytes, and the file it writes. The file is noise, so that what
 * is in the area is as dense as it gets.
 */
export async function configOfArchiveSize(byteLength: number): Promise<{ config: string; file: ConfiguredFile }> {
  let noiseByteLength = Math.floor(byteLength * 0.98)
  for (let round = 0; round < MAX_SEARCH_ROUNDS; round++) {
    const file = { path: '/etc/lab-noise', content: noise(noiseByteLength, 'last byte that fits') }
    const config = markerConfig([file])
    const archive = await encodeInitrd([{ path: 'config.ign', bytes: Buffer.from(config) }], { codecs: nodeCodecs })
    const excess = archive.byteLength - byteLength
    if (excess === 0) return { config, file }
    noiseByteLength -= Math.sign(excess) * Math.max(1, Math.floor(Math.abs(excess) * 0.9))
  }
  throw new Error(`No config found whose archive takes ${byteLength} bytes`)
}
