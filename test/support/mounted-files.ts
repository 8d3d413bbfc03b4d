import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Extent } from '../../src/bytes/index.ts'

/** What {@link markFiles} and {@link listFiles} need, for `needs()`. Node has no access to extended attributes. */
export const MOUNTED_FILES_NEEDS: readonly string[] = ['linux', 'root', '/dev/loop-control', 'mount', 'python3']

/** Everything of a file that a system can see, but for its times. */
export interface FileFacts {
  readonly mode: number
  readonly owner: readonly [uid: number, gid: number]
  /** By name, as hexadecimal digits. */
  readonly attributes: Readonly<Record<string, string>>
  /** A checksum, or where a link leads; empty for folders. */
  readonly contents: string
  /** In nanoseconds, of regular files. */
  readonly changedAt: string
}

const WALK = `
import hashlib, json, os, stat, sys
def paths():
    yield '.'
    for folder, folders, files in os.walk('.'):
        for name in folders + files:
            yield os.path.join(folder, name)
`

const MARK = `${WALK}
for number, path in enumerate(sorted(paths())):
    os.lchown(path, 1000 + number, 2000 + number)
    if not os.path.islink(path):
        os.chmod(path, (0o711 if os.path.isdir(path) else 0o640) + number % 6)
        os.setxattr(path, 'user.number', b'%d' % number)
    os.setxattr(path, 'security.selinux', b'system_u:object_r:boot_t:s0' + b'x' * (number * 40), follow_symlinks=False)
    os.utime(path, (number, number), follow_symlinks=False)
`

const LIST = `${WALK}
facts = {}
for path in paths():
    stats = os.lstat(path)
    link = stat.S_ISLNK(stats.st_mode)
    regular = stat.S_ISREG(stats.st_mode)
    names = os.listxattr(path, follow_symlinks=False)
    facts[os.path.normpath(path)] = {
        'mode': stats.st_mode,
        'owner': [stats.st_uid, stats.st_gid],
        'attributes': {name: os.getxattr(path, name, follow_symlinks=False).hex() for name in sorted(names)},
        'contents': os.readlink(path) if link else hashlib.sha256(open(path, 'rb').read()).hexdigest() if regular else '',
        'changedAt': str(stats.st_mtime_ns) if regular else '',
    }
json.dump(facts, sys.stdout)
`

/** Gives each file of a filesystem inside an image an owner, a mode, times and extended attributes of its own. */
export function markFiles(image: string, extent: Extent): void {
  runMounted(image, extent, { access: 'rw', script: MARK })
}

/** The files of a filesystem inside an image, as Linux sees them, by path. */
export function listFiles(image: string, extent: Extent): Readonly<Record<string, FileFacts>> {
  return JSON.parse(runMounted(image, extent, { access: 'ro', script: LIST }))
}

function runMounted(
  image: string,
  { offset, byteLength }: Extent,
  { access, script }: { readonly access: 'ro' | 'rw'; readonly script: string },
): string {
  const folder = mkdtempSync(join(tmpdir(), 'isokit-mounted-'))
  try {
    execFileSync('mount', ['-o', `${access},loop,offset=${offset},sizelimit=${byteLength}`, image, folder])
    try {
      return execFileSync('python3', ['-c', script], { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 24 })
    } finally {
      execFileSync('umount', [folder])
    }
  } finally {
    rmdirSync(folder)
  }
}
