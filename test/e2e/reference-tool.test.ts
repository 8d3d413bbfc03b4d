import { writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { readFixture } from '../support/fixtures.ts'
import { needs } from '../support/needs.ts'
import { createShell, type Shell } from '../support/run-isokit.ts'
import { SHELL_FUNCTIONS } from '../support/shell-functions.ts'

/**
 * What the reference tool's own tests ask of images, asked of isokit under that tool's name: plain shell, with the output
 * of other programs (cmp, dd, xzcat, cpio) as the judge.
 */
const IMAGES = [
  { image: '2020-09', hasKargs: false, hasNetwork: false, pad: '#' },
  { image: '2021-09', hasKargs: true, hasNetwork: false, pad: '#' },
  { image: '2022-02', hasKargs: true, hasNetwork: true, pad: '#' },
  { image: '2023-07.x86_64', hasKargs: true, hasNetwork: true, pad: '#' },
  { image: '2023-07.s390x', hasKargs: true, hasNetwork: true, pad: '' },
] as const

/** `area IMAGE KEY` gives a number of the embed area. */
const PRELUDE = `${SHELL_FUNCTIONS}
area() { $TOOL dev show iso "$1" a.iso | grep -m1 "\\"$2\\"" | grep -o '[0-9]*'; }
`

let shell: Shell
beforeEach(async () => {
  shell = await createShell('coreos-installer')
  await writeFile(shell.path('config.ign'), '{"ignition": {"version": "3.0.0"}') // a brace is missing, as in their tests
})
afterEach(() => shell[Symbol.asyncDispose]())

async function script(context: TestContext, image: string, text: string): Promise<void> {
  await writeFile(shell.path('orig.iso'), await readFixture(context, `iso/embed-areas-${image}.iso.xz`))
  const { exitCode, stderr } = await shell.bash(`${PRELUDE}\ncp orig.iso a.iso\norig=$(digest orig.iso)\n${text}`)
  expect(exitCode, stderr).toBe(0)
}

describe.each(IMAGES)('under the name of the reference tool, the image of $image', (facts) => {
  const { image, hasKargs, hasNetwork } = facts

  it('takes a config by stdin, file and pipe into all outputs alike, and gives it back', async (context) => {
    await script(
      context,
      image,
      `
      hash=$($TOOL iso ignition embed orig.iso -o - < config.ign | digest)
      $TOOL iso ignition embed orig.iso -i config.ign -o out.iso
      same "$hash" "$(digest out.iso)" file
      rm out.iso; $TOOL iso ignition embed orig.iso -i <(cat config.ign) -o out.iso
      same "$hash" "$(digest out.iso)" pipe
      $TOOL iso ignition embed -i config.ign a.iso
      same "$hash" "$(digest a.iso)" "in place"
      $TOOL iso ignition show a.iso | cmp - config.ign
      same "$orig" "$(digest orig.iso)" original
      `,
    )
  })

  it('holds the config as an archive that xzcat and cpio read', async (context) => {
    needs(context, 'cpio', 'xzcat')
    await script(
      context,
      image,
      `
      $TOOL iso ignition embed -i config.ign a.iso
      dd if=a.iso bs=1 skip=$(area --ignition offset) count=$(area --ignition length) status=none |
        xzcat | cpio -i --to-stdout --quiet config.ign | cmp - config.ign
      `,
    )
  })

  it('replaces a config only by force, in all outputs', async (context) => {
    await script(
      context,
      image,
      `
      $TOOL iso ignition embed -i config.ign a.iso
      before=$(digest a.iso)
      already='already has an embedded Ignition config'
      fails "$already" $TOOL iso ignition embed -i config.ign a.iso
      fails "$already" $TOOL iso ignition embed -i config.ign a.iso -o out.iso
      fails "$already" $TOOL iso ignition embed -i config.ign a.iso -o -
      [ ! -e out.iso ]
      same "$before" "$(digest a.iso)"
      echo '{"ignition": {"version": "3.1.0"}}' > other.ign
      $TOOL iso ignition embed -f -i other.ign a.iso
      $TOOL iso ignition show a.iso | cmp - other.ign
      fails 'File exists' $TOOL iso ignition embed -f -i other.ign a.iso -o orig.iso
      same "$orig" "$(digest orig.iso)"
      `,
    )
  })

  it('is as it was once the config is removed, in all outputs', async (context) => {
    await script(
      context,
      image,
      `
      fails 'No embedded Ignition config' $TOOL iso ignition show a.iso
      $TOOL iso ignition remove a.iso
      same "$orig" "$(digest a.iso)" "removal of nothing"
      $TOOL iso ignition embed -i config.ign a.iso
      same "$orig" "$($TOOL iso ignition remove a.iso -o - | digest)" stdout
      $TOOL iso ignition remove a.iso -o out.iso
      same "$orig" "$(digest out.iso)" file
      $TOOL iso ignition remove a.iso
      same "$orig" "$(digest a.iso)" "in place"
      `,
    )
  })

  it('refuses a config that is too large, in all outputs, and stays usable', async (context) => {
    await script(
      context,
      image,
      `
      head -c $(area --ignition length) /dev/urandom > large
      for output in '' '-o out.iso' '-o -'; do
        fails 'too large' $TOOL iso ignition embed -i large a.iso $output
        [ ! -e out.iso ]
      done
      same "$orig" "$(digest a.iso)"
      $TOOL iso ignition embed -i config.ign a.iso
      $TOOL iso ignition show a.iso | cmp - config.ign
      `,
    )
  })

  it('does not miss the old header for configs and keyfiles', async (context) => {
    await script(
      context,
      image,
      `
      dd if=/dev/zero of=a.iso bs=1 seek=32672 count=8 conv=notrunc status=none
      hash=$(digest a.iso)
      $TOOL iso ignition embed -i config.ign a.iso
      $TOOL iso ignition show a.iso | cmp - config.ign
      $TOOL iso ignition remove a.iso
      same "$hash" "$(digest a.iso)"
      `,
    )
  })

  it('takes keyfiles beside the config, or says that it cannot', async (context) => {
    await script(
      context,
      image,
      hasNetwork
        ? `
      mkdir keys; printf '[connection]\\nid=a\\n' > keys/a.nmconnection; printf '[connection]\\nid=b\\n' > keys/b.nmconnection
      embed="$TOOL iso network embed -k keys/a.nmconnection -k keys/b.nmconnection"
      hash=$($embed orig.iso -o - | digest)
      $embed orig.iso -o out.iso; same "$hash" "$(digest out.iso)" file
      $embed a.iso; same "$hash" "$(digest a.iso)" "in place"
      fails 'already has embedded network settings' $embed a.iso
      $TOOL iso network embed -f -k keys/a.nmconnection a.iso
      $embed -f a.iso; same "$hash" "$(digest a.iso)" "by force"
      $TOOL iso network extract a.iso -C extracted | sort > list
      diff -r keys extracted
      printf 'extracted/a.nmconnection\\nextracted/b.nmconnection\\n' | cmp - list
      fails 'File exists' $TOOL iso network extract a.iso -C extracted
      $TOOL iso network extract a.iso > text
      head -n 1 text | grep -qx '########## a.nmconnection ##########'
      grep -q id=a text; grep -q id=b text
      $TOOL iso ignition embed -i config.ign a.iso
      $TOOL iso network remove a.iso
      $TOOL iso ignition show a.iso | cmp - config.ign
      fails 'No embedded network settings' $TOOL iso network extract a.iso
      $embed a.iso; $TOOL iso ignition remove a.iso
      same "$hash" "$(digest a.iso)" "without the config"
      same "$orig" "$($TOOL iso network remove a.iso -o - | digest)" stdout
      $TOOL iso network remove a.iso
      same "$orig" "$(digest a.iso)" "in place"
      dd if=a.iso bs=1 skip=$(area --ignition offset) count=$(area --ignition length) status=none | tr -d '\\0' | cmp - /dev/null
      fails 'already specifies keyfile' $TOOL iso network embed -k keys/a.nmconnection -k keys/a.nmconnection a.iso
      fails 'No such file' $TOOL iso network embed -k keys/none a.iso
      `
        : `
      echo > a.nmconnection
      fails 'does not support customizing network settings' $TOOL iso network embed -k a.nmconnection a.iso
      same "$orig" "$(digest a.iso)"
      `,
    )
  })

  it('takes kernel arguments to the last byte, or says that it cannot', async (context) => {
    await script(
      context,
      image,
      hasKargs
        ? `
      default="$($TOOL iso kargs show --default a.iso)"
      same "$default" "$($TOOL iso kargs show a.iso)" default
      hash=$($TOOL iso kargs modify -a foobar=oldval -a dodo -a foobar=oldval2 -o - orig.iso | digest)
      $TOOL iso kargs modify -a foobar=oldval -a dodo -a foobar=oldval2 a.iso
      same "$hash" "$(digest a.iso)" "streamed and in place"
      same "$default foobar=oldval dodo foobar=oldval2" "$($TOOL iso kargs show a.iso)" appended
      $TOOL iso kargs modify -r foobar=oldval=newval a.iso
      same "$default foobar=newval dodo foobar=oldval2" "$($TOOL iso kargs show a.iso)" replaced
      $TOOL iso kargs modify -d foobar=newval -d dodo -d foobar=oldval2 a.iso
      same "$orig" "$(digest a.iso)" deleted
      length=$(area --kargs length)
      room=$((length - $($TOOL iso kargs show --default a.iso | wc -c) - 1))
      long=$(printf "%*s" $room "" | tr ' ' k)
      fails 'kargs too large for area' $TOOL iso kargs modify -a "\${long}k" a.iso
      fails 'kargs too large for area' $TOOL iso kargs modify -a "\${long}k" a.iso -o out.iso
      same "$orig" "$(digest a.iso)" "too long"
      $TOOL iso kargs modify -a $long a.iso
      same "$default $long" "$($TOOL iso kargs show a.iso)" "as long as it fits"
      same "$orig" "$($TOOL iso kargs reset a.iso -o - | digest)" "reset to stdout"
      $TOOL iso kargs reset a.iso -o out.iso; same "$orig" "$(digest out.iso)" "reset to a file"
      $TOOL iso kargs reset a.iso; same "$orig" "$(digest a.iso)" "reset in place"
      $TOOL iso kargs modify -a foobar a.iso
      { printf '%s foobar' "$default"; ${facts.pad === '#' ? "echo; printf '%*s' $length '' | tr ' ' '#'" : 'head -c $length /dev/zero'}; } |
        head -c $length > expected || true
      dd if=a.iso bs=1 skip=$(area --kargs offset) count=$length status=none | cmp - expected
      `
        : `
      for command in 'modify -a foobar' 'modify -a foobar -o out.iso' reset show 'show --default'; do
        fails 'No karg embed areas found' $TOOL iso kargs $command a.iso
      done
      same "$($TOOL dev show iso --kargs a.iso)" null
      $TOOL iso reset a.iso
      same "$orig" "$(digest a.iso)"
      `,
    )
  })

  it('is reset as a whole', async (context) => {
    await script(
      context,
      image,
      `
      $TOOL iso ignition embed -i config.ign a.iso
      ${hasKargs ? '$TOOL iso kargs modify -a foobar a.iso' : ''}
      same "$orig" "$($TOOL iso reset a.iso -o - | digest)" stdout
      $TOOL iso reset a.iso -o out.iso; same "$orig" "$(digest out.iso)" file
      $TOOL iso reset a.iso; same "$orig" "$(digest a.iso)" "in place"
      `,
    )
  })

  it('gives out its PXE files', async (context) => {
    await script(
      context,
      image,
      `
      $TOOL iso extract pxe a.iso -o pxe | sort > list
      ls -d pxe/* | sort | cmp - list
      grep -qx pxe/a-vmlinuz list; grep -qx pxe/a-initrd.img list; grep -qx pxe/a-rootfs.img list
      grep -qx 'initrd data' pxe/a-initrd.img
      fails 'File exists' $TOOL iso extract pxe a.iso -o pxe
      `,
    )
  })

  it('is refused when it is cut in half', async (context) => {
    await script(
      context,
      image,
      `
      truncate -s $(($(stat -c %s a.iso) / 2)) a.iso
      fails 'ISO image is incomplete' $TOOL iso ignition embed -i config.ign a.iso
      `,
    )
  })
})

it('refuses an ISO image that is not of CoreOS', async (context) => {
  await writeFile(shell.path('a.iso'), await readFixture(context, 'iso/synthetic.iso.xz'))
  const { exitCode, stderr } = await shell.bash(`${PRELUDE}
    fails 'Unrecognized CoreOS ISO image' $TOOL iso ignition embed -i config.ign a.iso
    fails 'Unrecognized CoreOS ISO image' $TOOL iso extract pxe a.iso
    $TOOL dev show iso a.iso | grep -q '"volume_id": "volume-ID-string"'
    $TOOL dev show iso a.iso | grep -q '"REALLY/VERY/DEEPLY/NESTED/FILE.TXT"'`)
  expect(exitCode, stderr).toBe(0)
})

it('wraps for PXE, unwraps, lists and extracts as the reference tool does', async (context) => {
  await writeFile(shell.path('compressed.img'), await readFixture(context, 'initrd/compressed.img.xz'))
  await writeFile(shell.path('bad.img'), await readFixture(context, 'initrd/traversal-relative.img'))
  const { exitCode, stderr } = await shell.bash(`${PRELUDE}
    printf '[connection]\\nid=a\\n' > a.nmconnection
    $TOOL pxe ignition wrap -i config.ign > config.img
    $TOOL pxe ignition wrap -o config2.img < config.ign
    cmp config.img config2.img
    $TOOL pxe ignition wrap -i config.ign -o config2.img
    $TOOL pxe network wrap -k a.nmconnection -o network.img
    $TOOL pxe ignition unwrap config.img | cmp - config.ign
    cat compressed.img config.img network.img > all.img
    $TOOL pxe ignition unwrap < all.img | cmp - config.ign
    $TOOL pxe network unwrap all.img -C keys
    cmp a.nmconnection keys/a.nmconnection
    fails 'No embedded Ignition config' $TOOL pxe ignition unwrap network.img
    fails 'No embedded network settings' $TOOL pxe network unwrap config.img
    same 10 "$($TOOL dev show initrd compressed.img | wc -l)"
    $TOOL dev show initrd compressed.img | sort -c
    same 10 "$($TOOL dev show initrd - < compressed.img | wc -l)" stdin
    same 5 "$($TOOL dev show initrd compressed.img '*hello' | wc -l)" glob
    same 4 "$($TOOL dev show initrd compressed.img 'gzip*' 'xz*' | wc -l)" globs
    same '' "$($TOOL dev extract initrd -C out compressed.img)" quiet
    fails exists $TOOL dev extract initrd -C out compressed.img
    same 2 "$($TOOL dev extract initrd -v -C more compressed.img 'gzip/*' | grep -c '^more/gzip/')" verbose
    fails traversal $TOOL dev extract initrd -C out bad.img`)
  expect(exitCode, stderr).toBe(0)
})
