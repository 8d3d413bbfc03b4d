import { mountBoot } from '../../src/node/index.ts'

// Mounts the boot partition of a disk, writes a file, says so, and waits to be killed: PATH OFFSET BYTE_LENGTH

const [path = '', offset, byteLength] = process.argv.slice(2)
const partition = await mountBoot(path, { offset: Number(offset), byteLength: Number(byteLength) }, 'ext4')
await partition.apply([{ kind: 'create-file', path: 'written', mode: 0o600, bytes: new Uint8Array(1000) }])
process.stdout.write('mounted\n')
setInterval(() => {}, 1000)
