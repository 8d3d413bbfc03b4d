import fc from 'fast-check'
import { beforeEach, expect, it } from 'vitest'
import { encodeUtf8 } from '../../src/bytes/index.ts'
import { IsokitError } from '../../src/errors.ts'
import { openExt2Boot } from '../../src/node/index.ts'
import { HEAD_BYTE_LENGTH, NOTHING_TO_SAVE, planInstall, runInstall } from '../../src/operations/index.ts'
import { EXT_BLOCK_BYTE_LENGTH, EXT_IMAGE_NEEDS, type ExtImage, makeExtImage } from '../support/ext-image.ts'
import { memoryTarget } from '../support/memory-target.ts'
import { needs } from '../support/needs.ts'
import { applyTo, DISK_GUID, diskBytes, MIB, partition, partitionsOf } from '../support/partitioned-disk.ts'

/** Mutants to try of each kind of filesystem, with a thread each; `ISOKIT_FUZZ_RUNS=100000` for a long run. */
const RUNS = Math.ceil(Number(process.env['ISOKIT_FUZZ_RUNS'] || 1000) / 40)

/** After this the library is stopped, at each of the few steps. */
const PATIENCE_MS = 1000
/** What one mutant may take. */
const MAX_TIME_MS = 8 * PATIENCE_MS

const DISK_BYTE_LENGTH: number = 6 * MIB
const BOOT = partition(3, 'boot', 1, 4)

beforeEach((context) => needs(context, ...EXT_IMAGE_NEEDS))

const number = fc.oneof(
  fc.constantFrom(0, 1, 2, 5, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff),
  fc.integer({ min: 0, max: 3 * 1024 }), // a block of the filesystem
  fc.nat(0xffff_ffff),
)

/** Fields of the superblock, of the block group, of the first inodes, and of blocks that have something. */
function mutation({ bytes, inodes }: ExtImage): fc.Arbitrary<{ readonly offset: number; readonly value: number }> {
  const word = (start: number, byteLength: number) => fc.nat((byteLength - 4) / 4).map((index) => start + 4 * index)
  const used = Array.from({ length: bytes.byteLength / EXT_BLOCK_BYTE_LENGTH }, (_, block) => block).filter((block) =>
    bytes.subarray(block * EXT_BLOCK_BYTE_LENGTH, (block + 1) * EXT_BLOCK_BYTE_LENGTH).some((byte) => byte !== 0),
  )
  const offset = fc.oneof(
    word(1024, 0x160),
    word(2 * EXT_BLOCK_BYTE_LENGTH, 32),
    { arbitrary: word(inodes.offset, 20 * inodes.byteLength), weight: 3 },
    {
      arbitrary: fc.constantFrom(...used).chain((block) => word(block * EXT_BLOCK_BYTE_LENGTH, 64)),
      weight: 2,
    },
  )
  return fc.record({ offset, value: number })
}

/** Installs an image with the boot filesystem, customized in every way, and looks at what is left when that fails. */
async function installWith(boot: Uint8Array): Promise<'installed' | 'refused'> {
  const disk = diskBytes({ byteLength: DISK_BYTE_LENGTH, partitions: [BOOT] })
  applyTo(disk, [{ offset: BOOT.extent.offset, bytes: boot }])
  const target = memoryTarget({ byteLength: DISK_BYTE_LENGTH })
  const head = disk.subarray(0, HEAD_BYTE_LENGTH)
  const plan = planInstall({
    target,
    head,
    imageName: 'image',
    saved: NOTHING_TO_SAVE,
    diskGuid: DISK_GUID,
  })
  const customization = {
    ignition: new Uint8Array(5000),
    firstbootArgs: 'ip=dhcp',
    appendKargs: ['quiet'],
    networkFiles: [{ name: 'a.nmconnection', mode: 0o600, bytes: encodeUtf8('[connection]') }],
  }
  async function* body(): AsyncGenerator<Uint8Array> {
    yield disk.subarray(HEAD_BYTE_LENGTH)
  }
  const image = { name: 'image', head, body: body(), finish: async () => [], close: async () => {} }
  try {
    await runInstall(plan, {
      target,
      image,
      boot: { customization, open: (extent) => openExt2Boot(target, extent, { patienceMs: PATIENCE_MS }) },
    })
    expect(await partitionsOf(target.bytes)).toHaveLength(1)
    return 'installed'
  } catch (error) {
    expect(error).toBeInstanceOf(IsokitError)
    expect((await partitionsOf(target.bytes)) ?? []).toEqual([])
    return 'refused'
  }
}

it.for(['ext2', 'ext4'] as const)(
  'a damaged %s is installed or refused, soon, and boots in the first case alone',
  async (type) => {
    const image = await makeExtImage(type)
    expect(await installWith(image.bytes)).toBe('installed')
    await fc.assert(
      fc.asyncProperty(fc.array(mutation(image), { minLength: 1, maxLength: 4 }), async (mutations) => {
        const bytes = image.bytes.slice()
        const fields = new DataView(bytes.buffer)
        for (const { offset, value } of mutations) fields.setUint32(offset, value, true)
        const startMs = performance.now()
        await installWith(bytes)
        expect(performance.now() - startMs).toBeLessThan(MAX_TIME_MS)
      }),
      { numRuns: RUNS },
    )
  },
)
