import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  BOOT_LOADERS,
  type BootEntry,
  type BootLoader,
  bootLoaderOf,
  bootScriptPath,
  formatBootScript,
  parseBootScript,
  parseMacAddress,
} from '../../../src/formats/boot-script/index.ts'

const MAC = '52:54:00:ab:cd:ef'

function entry(changed: Partial<BootEntry> = {}): BootEntry {
  return {
    title: 'demo-coreos-39',
    kernel: 'vmlinuz',
    initrds: ['initrd.img', 'config.img'],
    kargs: ['mitigations=auto,nosmt', 'ignition.firstboot', 'ignition.platform.id=metal'],
    ...changed,
  }
}

describe('formatBootScript', () => {
  it('words a script for iPXE, with a name for each initrd', () => {
    expect(formatBootScript('ipxe', { entry: entry(), hosts: [MAC] })).toBe(`#!ipxe
# demo-coreos-39
chain --replace --autofree mac-\${netX/mac:hexhyp}.ipxe ||
kernel vmlinuz initrd=live0 initrd=live1 mitigations=auto,nosmt ignition.firstboot ignition.platform.id=metal
initrd --name live0 initrd.img
initrd --name live1 config.img
boot
`)
  })

  it('words a config file for GRUB, which finds its folder by itself', () => {
    expect(formatBootScript('grub', { entry: entry(), hosts: [MAC] })).toBe(`set default=0
set timeout=0
set live_directory="\${config_directory}"
if [ "\${net_default_mac}" = '52:54:00:ab:cd:ef' ]; then
  configfile "\${config_directory}/grub.cfg-01-52-54-00-ab-cd-ef"
fi
menuentry 'demo-coreos-39' --id live {
  linux "\${live_directory}/vmlinuz" 'mitigations=auto,nosmt' 'ignition.firstboot' 'ignition.platform.id=metal'
  initrd "\${live_directory}/initrd.img" "\${live_directory}/config.img"
}
`)
  })

  it('words a config file for PXELINUX, without quotes', () => {
    expect(formatBootScript('pxelinux', { entry: entry(), hosts: [MAC] })).toBe(`DEFAULT live
PROMPT 0
TIMEOUT 0
LABEL live
  MENU LABEL demo-coreos-39
  LINUX vmlinuz
  INITRD initrd.img,config.img
  APPEND mitigations=auto,nosmt ignition.firstboot ignition.platform.id=metal
`)
  })

  it.each<{ name: string; loaders?: readonly BootLoader[]; change: Partial<BootEntry> }>([
    { name: 'white space in an argument', change: { kargs: ['a b'] } },
    { name: 'a line break in an argument', change: { kargs: ['a\nboot'] } },
    { name: 'an empty argument', change: { kargs: [''] } },
    { name: 'an initrd= of the user', change: { kargs: ['initrd=other'] } },
    { name: 'a line break in the title', change: { title: 'a\nb' } },
    { name: 'a path with a space', change: { kernel: 'my kernel' } },
    { name: 'a path that leads up', change: { kernel: '../vmlinuz' } },
    { name: 'an absolute path', change: { initrds: ['/initrd.img'] } },
    { name: 'an initrd with a comma', change: { initrds: ['a,b'] } },
    { name: 'a URL with a space', change: { kernel: 'http://host/a b' } },
    { name: 'a URL with a comma', change: { initrds: ['http://host/a,b'] } },
    { name: 'a URL with a password', change: { kernel: 'http://me:secret@host/vmlinuz' } },
    { name: 'a URL without a host', change: { kernel: 'http:///vmlinuz' } },
    { name: 'a URL with a port alone', change: { kernel: 'http://:80/vmlinuz' } },
    { name: 'a URL without a path', change: { kernel: 'http://host' } },
    { name: 'a URL with a fragment', change: { kernel: 'http://host/a#b' } },
    { name: 'a URL with a variable', change: { kernel: `http://host/\${mac}` } },
    { name: 'a URL of files', change: { kernel: 'file:///vmlinuz' } },
    { name: 'https', loaders: ['grub', 'pxelinux'], change: { kernel: 'https://host/vmlinuz' } },
    { name: 'ftp', change: { kernel: 'ftp://host/vmlinuz' } },
    { name: 'a variable of iPXE', loaders: ['ipxe'], change: { kargs: [`a=\${mac}`] } },
    { name: 'a comment of iPXE', loaders: ['ipxe'], change: { kargs: ['#a'] } },
    { name: 'an operator of iPXE', loaders: ['ipxe'], change: { kargs: ['||'] } },
    { name: 'a last backslash', loaders: ['ipxe', 'grub'], change: { kargs: ['a\\'] } },
    { name: 'a double quote', loaders: ['grub'], change: { kargs: ['a="b"'] } },
    { name: 'a single quote', loaders: ['grub'], change: { kargs: ["a='b'"] } },
    { name: 'a lone dash', loaders: ['pxelinux'], change: { kargs: ['-'] } },
  ])('refuses $name where it cannot be said', ({ loaders = BOOT_LOADERS, change }) => {
    const refusing = BOOT_LOADERS.filter((loader) => {
      try {
        formatBootScript(loader, { entry: entry(change), hosts: [] })
        return false
      } catch (error) {
        expect(error).toMatchObject({ code: 'BOOT_ENTRY_INVALID' })
        expect(String(error)).not.toContain('secret')
        return true
      }
    })
    expect(refusing).toEqual(loaders)
  })
})

describe.each(BOOT_LOADERS)('a script for %s', (loader) => {
  const name = fc.stringMatching(/^[a-z0-9][A-Za-z0-9._-]{0,12}$/)
  const location = fc.oneof(
    name,
    fc.tuple(name, name).map((parts) => parts.join('/')),
    fc
      .tuple(fc.constantFrom('http', 'tftp'), name)
      .map(([scheme, path]) => `${scheme}://boot.example:8080/${path}?x=1`),
  )
  const karg = fc.stringMatching(/^[a-z][A-Za-z0-9._;,:=$&|<>{}()[\]*~#%@!?/+-]{0,20}[a-z0-9;}]$/)
  const entries = fc.record({
    title: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 '$"\\._-]{0,20}[a-z0-9]$/),
    kernel: location,
    initrds: fc.array(location, { minLength: 1, maxLength: 4 }),
    kargs: fc.array(
      karg.filter((word) => !word.startsWith('initrd=') && !word.includes('${')),
      { maxLength: 6 },
    ),
  })

  it('says what it was made from', () => {
    fc.assert(
      fc.property(entries, (made) => {
        const parsed = parseBootScript(loader, formatBootScript(loader, { entry: made, hosts: [] }))
        expect(parsed).toEqual({ entries: [made], scripts: [], problems: [] })
      }),
    )
  })

  it('can be any text, for the one who reads it', () => {
    const words =
      'menuentry linux initrd kernel boot LABEL APPEND DEFAULT chain if then \' " { } ; \\ \n $ ${ # || a'.split(' ')
    const texts = fc.array(fc.constantFrom(...words, ' ', '\n'), { maxLength: 60 }).map((parts) => parts.join(' '))
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), texts), (text) => {
        for (const { line } of parseBootScript(loader, text).problems) {
          expect(line).toBeGreaterThan(0)
          expect(line).toBeLessThanOrEqual(text.split('\n').length)
        }
      }),
    )
  })

  it('lies where the boot loader looks for it, for all machines and for one', () => {
    for (const path of [bootScriptPath(loader), bootScriptPath(loader, MAC)]) expect(bootLoaderOf(path)).toBe(loader)
  })
})

describe('parseBootScript', () => {
  it('follows an iPXE script that others wrote', () => {
    const text = `#!ipxe
dhcp && echo up # comment
set base http://host
kernel --timeout 5000 http://host/vmlinuz initrd=main console=ttyS0 \\
  quiet
initrd --name=main http://host/initrd.img || goto failed
boot || shell
`
    expect(parseBootScript('ipxe', text)).toEqual({
      entries: [
        {
          title: '',
          kernel: 'http://host/vmlinuz',
          initrds: ['http://host/initrd.img'],
          kargs: ['console=ttyS0', 'quiet'],
        },
      ],
      scripts: [],
      problems: [],
    })
  })

  it('follows a GRUB config that others wrote', () => {
    const text = `function load_video { insmod all_video; }
set base=(http,10.0.0.1)/live # where
menuentry "CoreOS \\"live\\"" --class fedora {
  linuxefi $base/vmlinuz quiet a='b c'"d" \\
    last
  initrdefi \${base}/initrd.img /rootfs.img
}
if [ x = y ]; then source ./more.cfg; fi
`
    expect(parseBootScript('grub', text)).toEqual({
      entries: [
        {
          title: 'CoreOS "live"',
          kernel: 'http://10.0.0.1/live/vmlinuz',
          initrds: ['http://10.0.0.1/live/initrd.img', '/rootfs.img'],
          kargs: ['quiet', 'a=b cd', 'last'],
        },
      ],
      scripts: ['more.cfg'],
      problems: [],
    })
  })

  it('follows a PXELINUX config that others wrote', () => {
    const text = `default vesamenu.c32
append quiet
label vesamenu.c32
  com32 vesamenu.c32
Label One
  menu default
  kernel ./vmlinuz
  append initrd=a.img,b.img debug
label two
  linux vmlinuz
  initrd a.img
text help
  linux nothing
endtext
`
    expect(parseBootScript('pxelinux', text)).toEqual({
      entries: [
        { title: 'One', kernel: 'vmlinuz', initrds: ['a.img', 'b.img'], kargs: ['debug'] },
        { title: 'two', kernel: 'vmlinuz', initrds: ['a.img'], kargs: ['quiet'] },
      ],
      scripts: [],
      problems: [],
    })
  })

  it.each<{ name: string; loader: BootLoader; text: string; line: number; says: string }>([
    { name: 'no magic', loader: 'ipxe', text: 'kernel a\nboot\n', line: 1, says: '#!ipxe' },
    { name: 'no kernel', loader: 'ipxe', text: '#!ipxe\nboot\n', line: 2, says: 'nothing to boot' },
    { name: 'no boot', loader: 'ipxe', text: '#!ipxe\n\nkernel a\n', line: 3, says: 'never booted' },
    {
      name: 'an unnamed initrd',
      loader: 'ipxe',
      text: '#!ipxe\nkernel a\ninitrd b.img\nboot',
      line: 2,
      says: 'initrd=b.img',
    },
    { name: 'a wrong name', loader: 'ipxe', text: '#!ipxe\nkernel a initrd=c\nboot', line: 2, says: 'names nothing' },
    { name: 'an open quote', loader: 'grub', text: "\nlinux 'a\n", line: 2, says: 'single quote' },
    { name: 'an open string', loader: 'grub', text: 'linux "a', line: 1, says: 'double quote' },
    { name: 'an open block', loader: 'grub', text: 'menuentry a {\nlinux b\n', line: 1, says: 'never closed' },
    { name: 'a closed block', loader: 'grub', text: 'linux b\n}\n', line: 2, says: 'closes nothing' },
    { name: 'no kernel', loader: 'grub', text: 'initrd b', line: 1, says: 'without a kernel' },
    { name: 'an empty linux', loader: 'grub', text: 'linux', line: 1, says: 'names no kernel' },
    { name: 'no label', loader: 'pxelinux', text: 'DEFAULT a\n', line: 1, says: 'no LABEL a' },
    { name: 'no kernel', loader: 'pxelinux', text: 'DEFAULT a\nLABEL a\nAPPEND b', line: 2, says: 'no kernel' },
    { name: 'no default', loader: 'pxelinux', text: 'LABEL a\nLINUX b', line: 1, says: 'no DEFAULT' },
    {
      name: 'a strange word',
      loader: 'pxelinux',
      text: 'DEFAULT a\nLABEL a\nLINUX b\nINITRDS c',
      line: 4,
      says: 'INITRDS',
    },
  ])('complains about $name ($loader)', ({ loader, text, line, says }) => {
    expect(parseBootScript(loader, text).problems).toEqual([{ line, problem: expect.stringContaining(says) }])
  })
})

it.each([
  { text: '52-54-00-AB-cd-ef', mac: MAC },
  { text: MAC, mac: MAC },
  { text: '52:54:00:ab:cd', mac: undefined },
  { text: '52:54:00:ab:cd:eg', mac: undefined },
  { text: '525400abcdef', mac: undefined },
])('parseMacAddress takes $text for $mac', ({ text, mac }) => {
  expect(parseMacAddress(text)).toBe(mac)
})

describe('parseBootScript is through soon with 256 KiB', () => {
  const byteLength = 256 * 1024
  const filled = (piece: string): string => piece.repeat(Math.floor(byteLength / piece.length))

  it.each<{ name: string; loader: BootLoader; text: string }>([
    { name: 'white space between words', loader: 'pxelinux', text: `LABEL live${filled(' ')}x` },
    { name: 'lines that go on', loader: 'ipxe', text: `#!ipxe\n${filled('aa\\\n')}` },
    {
      name: 'initrds, and names of others',
      loader: 'ipxe',
      text: `#!ipxe\n${filled('initrd a\n')}kernel k initrd=${filled('b,')}\nboot\n`,
    },
    { name: 'quotes', loader: 'grub', text: filled("'\n") },
    { name: 'blocks', loader: 'grub', text: filled('{') },
    { name: 'variables', loader: 'grub', text: filled('${a') },
  ])('of $name, for $loader', ({ loader, text }) => {
    const start = performance.now()
    parseBootScript(loader, text)
    expect(performance.now() - start).toBeLessThan(2000)
  })
})
