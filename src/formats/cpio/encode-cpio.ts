import { encodeUtf8, joinBytes } from '../../bytes/index.ts'
import { UsageError } from '../../errors.ts'
import { HEADER_BYTE_LENGTH, MAGIC, MAX_FIELD, paddingByteLength, TRAILER_NAME } from './layout.ts'

/** A member to write. */
export interface CpioMember {
  /** Path without a leading slash. */
  readonly path: string
  /** Type and permissions, as in `stat`: 0o100600. */
  readonly mode: number
  /** Contents of a file, target of a symbolic link; none unless given. */
  readonly bytes?: Uint8Array
}

/**
 * Encodes a newc archive with its trailer. Members are written in the order given, with inode numbers that count from 0,
 * one link, owner 0 and time 0; nothing follows the trailer's own padding.
 *
 * Layout: the kernel's Documentation/driver-api/early-userspace/buffer-format.rst.
 *
 * @throws {UsageError} `MEMBER_PATH_INVALID` when a path is empty, holds a NUL or is the trailer's name, or when a file
 *   has 4 GiB or more.
 */
export function encodeCpio(members: readonly CpioMember[]): Uint8Array {
  const pieces = members.flatMap(({ path, mode, bytes = new Uint8Array(0) }, ino) => {
    checkWritable(path, bytes.byteLength)
    return encodeMember({ path, ino, mode, bytes })
  })
  return joinBytes([...pieces, ...encodeMember({ path: TRAILER_NAME, ino: 0, mode: 0, bytes: new Uint8Array(0) })])
}

function checkWritable(path: string, byteLength: number): void {
  const problem =
    path === ''
      ? 'it is empty'
      : path.includes('\0')
        ? 'it holds a NUL character'
        : path === TRAILER_NAME
          ? 'this name ends an archive'
          : byteLength > MAX_FIELD
            ? `its ${byteLength} bytes do not fit a cpio header`
            : undefined
  if (problem)
    throw new UsageError('MEMBER_PATH_INVALID', `Cannot write ${JSON.stringify(path)} to a cpio archive: ${problem}`)
}

function encodeMember(member: Required<CpioMember> & { readonly ino: number }): Uint8Array[] {
  const { path, ino, mode, bytes } = member
  const name = encodeUtf8(`${path}\0`)
  const fields = [
    ino,
    mode,
    0, // uid
    0, // gid
    1, // links
    0, // modification time
    bytes.byteLength,
    0, // major and minor number of the device that holds the file
    0,
    0, // major and minor number of the device that the file is
    0,
    name.byteLength,
    0, // sum
  ]
  const header = encodeUtf8(MAGIC + fields.map((field) => field.toString(16).padStart(8, '0')).join(''))
  return [
    header,
    name,
    new Uint8Array(paddingByteLength(HEADER_BYTE_LENGTH + name.byteLength)),
    bytes,
    new Uint8Array(paddingByteLength(bytes.byteLength)),
  ]
}
