import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { alignUp, encodeUtf8, joinBytes } from '../../../src/bytes/index.ts'
import { type CpioMember, encodeCpio } from '../../../src/formats/cpio/index.ts'

/** What the build puts into the two initrds of a live image. */
export interface InitrdOptions {
  readonly version: string
  /** The image's features.json, from 2022 on. */
  readonly featuresJson: Uint8Array | undefined
}

const FILE_MODE = 0o100644
const DIRECTORY_MODE = 0o040755
const STREAM_HASH_CHUNK_BYTE_LENGTH = 2 * 1024 * 1024

/** `rootfs.img`: a plain archive whose first file is the root file system, at byte 124, then what offline installs need. */
export function encodeRootfs({ version }: InitrdOptions): Uint8Array {
  return padTo4(
    encodeCpio([
      {
        path: 'root.squashfs',
        mode: FILE_MODE,
        bytes: joinBytes([encodeUtf8('hsqs'), filler('root file system', 4092)]),
      },
      { path: 'etc', mode: DIRECTORY_MODE },
      { path: 'etc/coreos-live-rootfs', mode: FILE_MODE, bytes: encodeUtf8(`${version}\n`) },
      { path: 'demo-metal.osmet', mode: FILE_MODE, bytes: filler('osmet', 1024) },
      { path: 'demo-metal4k.osmet', mode: FILE_MODE, bytes: filler('osmet4k', 1024) },
    ]),
  )
}

/** `initrd.img`: the distribution's archive, then the build's own, both gzip and padded to a multiple of 4. */
export function encodeLiveInitrd(options: InitrdOptions, rootfs: Uint8Array): Uint8Array {
  const distribution = encodeCpio([
    { path: 'etc', mode: DIRECTORY_MODE },
    {
      path: 'etc/initrd-release',
      mode: FILE_MODE,
      bytes: encodeUtf8(`NAME="Demo CoreOS"\nVERSION_ID=${options.version}\n`),
    },
    { path: 'init', mode: 0o100755, bytes: encodeUtf8('#!/bin/sh\n') },
  ])
  const { featuresJson } = options
  const live = encodeCpio([
    { path: 'etc', mode: DIRECTORY_MODE },
    ...(featuresJson ? features(featuresJson) : []),
    { path: 'etc/coreos-live-initramfs', mode: FILE_MODE, bytes: encodeUtf8(`${options.version}\n`) },
    { path: 'etc/coreos-live-want-rootfs', mode: FILE_MODE, bytes: encodeUtf8(formatStreamHash(rootfs)) },
  ])
  return joinBytes([padTo4(gzip(distribution)), padTo4(gzip(live))])
}

/** Bytes that look like something and compress well: a text over and over. */
export function filler(text: string, byteLength: number): Uint8Array {
  return encodeUtf8(`${text}\n`.repeat(Math.ceil(byteLength / (text.length + 1))).slice(0, byteLength))
}

function features(json: Uint8Array): CpioMember[] {
  return [
    { path: 'etc/coreos', mode: DIRECTORY_MODE },
    { path: 'etc/coreos/features.json', mode: FILE_MODE, bytes: json },
  ]
}

function formatStreamHash(bytes: Uint8Array): string {
  const lines = [`stream-hash sha256 ${STREAM_HASH_CHUNK_BYTE_LENGTH}`]
  for (let offset = 0; offset < bytes.byteLength; offset += STREAM_HASH_CHUNK_BYTE_LENGTH) {
    const chunk = bytes.subarray(offset, offset + STREAM_HASH_CHUNK_BYTE_LENGTH)
    lines.push(createHash('sha256').update(chunk).digest('hex'))
  }
  return `${lines.join('\n')}\n`
}

/** gzip that names no operating system, so that the bytes are the same on all of them. */
function gzip(bytes: Uint8Array): Uint8Array {
  const compressed = new Uint8Array(gzipSync(bytes, { level: 9 }))
  compressed[9] = 0xff
  return compressed
}

function padTo4(bytes: Uint8Array): Uint8Array {
  return joinBytes([bytes, new Uint8Array(alignUp(bytes.byteLength, 4) - bytes.byteLength)])
}
