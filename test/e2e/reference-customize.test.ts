import { writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { buildLiveInitramfs } from '../support/build-live-initramfs.ts'
import { CERTIFICATE } from '../support/customization.ts'
import { readFixture } from '../support/fixtures.ts'
import { needs } from '../support/needs.ts'
import { createShell, type Shell } from '../support/run-isokit.ts'
import { SHELL_FUNCTIONS } from '../support/shell-functions.ts'

/** What the reference tool's own tests ask of its customize commands, asked of isokit under that tool's name. */
const IMAGES = [
  { image: '2020-09', hasKargs: false, hasNetwork: false, hasInstaller: false, hasConsole: false },
  { image: '2021-09', hasKargs: true, hasNetwork: false, hasInstaller: false, hasConsole: false },
  { image: '2022-02', hasKargs: true, hasNetwork: true, hasInstaller: true, hasConsole: false },
  { image: '2023-07.x86_64', hasKargs: true, hasNetwork: true, hasInstaller: true, hasConsole: true },
  { image: '2023-07.s390x', hasKargs: true, hasNetwork: true, hasInstaller: true, hasConsole: true },
] as const

let shell: Shell
beforeEach(async () => {
  shell = await createShell('coreos-installer')
  const files = {
    'live.ign': '{"ignition":{"version":"3.3.0"}}',
    'dest.ign': '{"ignition":{"version":"3.3.0"},"passwd":{"users":[{"name":"core"}]}}',
    'one.yaml': 'append-karg: [one]\n',
    'two.yaml': 'append-karg:\n  - two\n',
    'pre.sh': '#!/bin/sh\n',
    'post.sh': '#!/bin/sh\n',
    'ca.pem': CERTIFICATE,
    'a.nmconnection': '[connection]\nid=a\n',
    'not.ign': 'sentinel',
    'not.yaml': 'a: b: c\n',
  }
  for (const [name, text] of Object.entries(files)) await writeFile(shell.path(name), text)
})
afterEach(() => shell[Symbol.asyncDispose]())

async function script(text: string): Promise<void> {
  const { exitCode, stderr } = await shell.bash(`${SHELL_FUNCTIONS}\n${text}`)
  expect(exitCode, stderr).toBe(0)
}

const COMMON =
  '--ignition-ca ca.pem --pre-install pre.sh --post-install post.sh --live-ignition live.ign --network-keyfile a.nmconnection --dest-ignition dest.ign --dest-device /dev/vda --dest-karg-append dest --dest-karg-delete quiet --installer-config one.yaml --installer-config two.yaml'

describe.each(IMAGES)('under the name of the reference tool, customizing the image of $image', (facts) => {
  const { image, hasKargs, hasNetwork, hasInstaller, hasConsole } = facts

  async function onImage(context: TestContext, text: string): Promise<void> {
    await writeFile(shell.path('orig.iso'), await readFixture(context, `iso/embed-areas-${image}.iso.xz`))
    await script(`cp orig.iso a.iso\norig=$(digest orig.iso)\n${text}`)
  }

  it('gives the same image in place, as a file and to stdout', async (context) => {
    await onImage(
      context,
      `
      options="${hasInstaller ? COMMON : '--pre-install pre.sh --post-install post.sh --live-ignition live.ign'} ${hasKargs ? '--live-karg-append live' : ''}"
      $TOOL iso customize $options orig.iso -o out.iso
      hash=$(digest out.iso)
      same "$hash" "$($TOOL iso customize $options orig.iso -o - | digest)" stdout
      $TOOL iso customize $options a.iso
      same "$hash" "$(digest a.iso)" "in place"
      fails 'File exists' $TOOL iso customize $options orig.iso -o out.iso
      fails 'already customized' $TOOL iso customize $options a.iso
      fails 'already customized' $TOOL iso customize $options a.iso -o other.iso
      [ ! -e other.iso ]
      $TOOL iso customize -f $options a.iso
      same "$hash" "$(digest a.iso)" "by force"
      $TOOL iso reset a.iso
      same "$orig" "$(digest a.iso)" "after a reset"
      `,
    )
  })

  it('changes nothing when nothing is asked for', async (context) => {
    await onImage(context, '$TOOL iso customize a.iso; same "$orig" "$(digest a.iso)"')
  })

  it('takes live kernel arguments without a config, or says that it cannot', async (context) => {
    await onImage(
      context,
      hasKargs
        ? `
      default="$($TOOL iso kargs show a.iso)"
      $TOOL iso customize --live-karg-append foo --live-karg-append bar=1 --live-karg-replace bar=1=2 a.iso
      same "$default foo bar=2" "$($TOOL iso kargs show a.iso)" arguments
      fails 'No embedded Ignition config' $TOOL iso ignition show a.iso
      $TOOL iso customize -f --live-karg-delete ignition.firstboot a.iso
      same "\${default/ ignition.firstboot/}" "$($TOOL iso kargs show a.iso)" "from the defaults"
      $TOOL iso customize -f --pre-install pre.sh a.iso
      same "\${default/ ignition.firstboot/}" "$($TOOL iso kargs show a.iso)" "kept by force"
      `
        : `
      fails 'does not support customizing live kernel arguments' $TOOL iso customize --live-karg-append foo a.iso
      $TOOL iso customize --pre-install pre.sh a.iso
      `,
    )
  })

  it('takes what its features allow', async (context) => {
    const attempt = (isPossible: boolean, what: string, options: string): string =>
      isPossible
        ? `$TOOL iso customize ${options} a.iso; cp orig.iso a.iso`
        : `fails 'does not support customizing ${what}' $TOOL iso customize ${options} a.iso; same "$orig" "$(digest a.iso)"`
    await onImage(
      context,
      [
        attempt(hasNetwork, 'network settings', '--network-keyfile a.nmconnection'),
        attempt(hasInstaller, 'installer configuration', '--dest-device /dev/vda'),
        attempt(hasInstaller, 'installer configuration', '--installer-config one.yaml'),
        attempt(hasConsole, 'the destination console', '--dest-console ttyS0,115200n8'),
      ].join('\n'),
    )
  })

  it('refuses what does not fit together', async (context) => {
    const network = hasNetwork
      ? "fails 'already specifies keyfile' $TOOL iso customize --network-keyfile a.nmconnection --network-keyfile a.nmconnection a.iso"
      : ''
    const installer = hasInstaller
      ? "fails 'parsing installer config' $TOOL iso customize --installer-config not.yaml a.iso"
      : ''
    await onImage(
      context,
      `
      fails 'already specifies path' $TOOL iso customize --pre-install pre.sh --pre-install pre.sh a.iso
      fails 'parsing Ignition config' $TOOL iso customize --live-ignition not.ign a.iso
      fails 'parsing Ignition config' $TOOL iso customize --dest-ignition not.ign a.iso
      ${network}
      ${installer}
      same "$orig" "$(digest a.iso)"
      `,
    )
  })
})

it('customizes for PXE as the reference tool does', async (context) => {
  needs(context, 'xzcat', 'cpio')
  await writeFile(shell.path('base.img'), await buildLiveInitramfs())
  await script(`
    $TOOL pxe customize ${COMMON} base.img -o out.img
    size=$(stat -c %s base.img)
    cmp -n $size base.img out.img
    same 377a585a "$(dd if=out.img bs=1 skip=$((size + 1)) count=4 status=none | od -An -tx1 | tr -d ' ')" "an xz stream"
    tail -c +$((size + 1)) out.img | xzcat | cpio -t --quiet | cmp - <(printf 'config.ign\\netc\\netc/coreos-firstboot-network\\netc/coreos-firstboot-network/a.nmconnection\\n')
    cmp out.img <($TOOL pxe customize ${COMMON} base.img -o -)
    fails 'File exists' $TOOL pxe customize ${COMMON} base.img -o out.img
    fails 'already customized' $TOOL pxe customize ${COMMON} out.img -o other.img
    $TOOL pxe customize base.img -o nothing.img
    $TOOL pxe ignition wrap -i live.ign -o wrapped.img
    fails 'not a CoreOS live initramfs image' $TOOL pxe customize ${COMMON} wrapped.img -o other.img
    fails 'already specifies path' $TOOL pxe customize --pre-install pre.sh --pre-install pre.sh base.img -o other.img
    [ ! -e other.img ]
    same "$($TOOL pxe network unwrap out.img | tail -n +2)" "$(cat a.nmconnection)" keyfile
    $TOOL pxe customize --network-keyfile a.nmconnection base.img -o network.img 2> messages
    [ ! -s messages ]
    fails 'No embedded Ignition config' $TOOL pxe ignition unwrap network.img
    $TOOL pxe customize --live-ignition live.ign base.img -o live.img 2> messages
    grep -qF 'ignition.firstboot ignition.platform.id=metal' messages`)
})
