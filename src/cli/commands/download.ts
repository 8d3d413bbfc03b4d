import { findArtifacts, streamArchitecture } from '../../coreos/index.ts'
import { UsageError } from '../../errors.ts'
import { type Checksum, isChecksum } from '../../formats/checksum/index.ts'
import {
  type DownloadedImage,
  downloadImage,
  fetchStream,
  type HttpOptions,
  type ImageToDownload,
} from '../../node/index.ts'
import { type Command, defineCommand } from '../command.ts'
import { HTTP_OPTIONS, httpOptions } from '../http-options.ts'
import { INSTALL_OPTIONS } from '../install/options.ts'
import { STREAM_OPTIONS } from '../stream-options.ts'

/** `isokit download` */
export const command: Command = defineCommand({
  summary: 'Download an OS image',
  description:
    'Prints the path of each file once it is whole and proved. A file that is there already and proves itself is not ' +
    'fetched again, and every other one is replaced.\n\n' +
    'What an interrupted download has fetched stays as NAME.part, and the same command goes on from there.',
  examples: [
    { summary: 'Everything for booting over the network', line: 'download -f pxe -C /srv/tftp' },
    { summary: 'A disk image, decompressed', line: 'download -p qemu -f qcow2.xz --decompress' },
  ],
  isAction: true,
  arguments: {},
  options: {
    ...STREAM_OPTIONS,
    architecture: {
      type: 'string',
      short: 'a',
      valueName: '<name>',
      summary: 'Architecture [default: this one]',
      completes: 'nothing',
    },
    platform: { type: 'string', short: 'p', valueName: '<name>', default: 'metal', summary: 'Platform' },
    format: { type: 'string', short: 'f', valueName: '<name>', default: 'raw.xz', summary: 'Format of the image' },
    imageUrl: {
      type: 'string',
      short: 'u',
      valueName: '<URL>',
      summary: 'Image to download, in place of one of a stream',
      description: 'Its signature is looked for at the same URL with .sig behind the path.',
    },
    directory: {
      type: 'string',
      short: 'C',
      valueName: '<path>',
      default: '.',
      summary: 'Directory for the files',
      completes: 'directory',
    },
    decompress: {
      type: 'boolean',
      short: 'd',
      summary: 'Decompress, and store no signature',
      description: 'Files that end in .gz, .xz or .zst, but not archives such as .tar.gz.',
    },
    checksum: INSTALL_OPTIONS.checksum,
    trust: INSTALL_OPTIONS.trust,
    keyring: INSTALL_OPTIONS.keyring,
    insecure: {
      type: 'boolean',
      summary: 'Accept an image that nothing proves',
      description: 'A signature or a checksum that is there still has to be right.',
    },
    ...HTTP_OPTIONS,
  },
  async run(values, context) {
    const { directory, decompress, checksum, trust: anchor, insecure, keyring: keyrings } = values
    const { signal, onProgress, env: environment, json: hash } = context
    const http = httpOptions(values, context)
    const { images, isSecure } = await chooseImages(values, http)
    if (images.length > 1 && checksum !== undefined && isChecksum(checksum)) {
      throw new UsageError('COMMAND_LINE_INVALID', `Cannot check ${images.length} files with one --checksum`, {
        hint: 'Give a file that has the checksums of all of them',
      })
    }
    const files: DownloadedImage[] = []
    for (const { sha256, ...image } of images) {
      const file = await downloadImage(image, {
        ...{ directory, http, decompress, hash, signal, onProgress, onNotice: context.warn },
        trust: { anchor, checksum, insecure, keyrings, environment },
        metadata: isSecure === undefined ? undefined : { sha256, isSecure },
      })
      for (const proof of file.proofs) context.note(`${file.path}: ${proof}`)
      await context.printLine(file.path)
      files.push(file)
    }
    return { files }
  },
})

/** What to download, with what the stream metadata says of it. */
interface Chosen {
  readonly images: readonly (ImageToDownload & { readonly sha256?: Checksum | undefined })[]
  /** Whether the metadata came over https; `undefined` without metadata. */
  readonly isSecure?: boolean
}

interface Choice {
  readonly imageUrl: string | undefined
  readonly stream: string
  readonly streamBaseUrl: string | undefined
  readonly architecture: string | undefined
  readonly platform: string
  readonly format: string
}

async function chooseImages(choice: Choice, http: HttpOptions): Promise<Chosen> {
  if (choice.imageUrl !== undefined) return { images: [{ url: choice.imageUrl }] }
  const { stream: name, streamBaseUrl: baseUrl, platform, format } = choice
  const architecture = choice.architecture ?? ownArchitecture()
  const stream = await fetchStream(name, { ...http, baseUrl })
  const images = findArtifacts(stream, { architecture, platform, format }).map((artifact) => ({
    url: artifact.location,
    signatureUrl: artifact.signature ?? null,
    sha256: artifact.sha256 === undefined ? undefined : ({ algorithm: 'sha256', digest: artifact.sha256 } as const),
    uncompressedSha256: artifact.uncompressedSha256,
  }))
  return { images, isSecure: stream.isSecure }
}

function ownArchitecture(): string {
  const architecture = streamArchitecture(process.arch)
  if (architecture !== undefined) return architecture
  throw new UsageError('COMMAND_LINE_INVALID', `No stream has images for this machine, which is ${process.arch}`, {
    hint: 'Give another architecture with --architecture',
  })
}
