import { describe, expect, it } from 'vitest'
import { parseConsoleSpec, planBootChanges } from '../../../src/coreos/index.ts'
import { changesAsText, memoryBoot } from '../../support/memory-boot.ts'

const START = '# CONSOLE-SETTINGS-START\n'
const END = '# CONSOLE-SETTINGS-END\n'

/** What a GRUB config becomes; the platform `none` has no commands, so that metal's go. */
async function setUp(text: string, consoles: readonly string[]): Promise<object | undefined> {
  const platforms = { metal: { grub_commands: ['x'] } }
  const boot = memoryBoot({
    'loader/entries/a.conf': 'options ignition.platform.id=metal\n',
    'coreos/platforms.json': JSON.stringify(platforms),
    'grub2/grub.cfg': text,
  })
  const { changes } = await planBootChanges(boot, { platform: 'none', consoles: consoles.map(parseConsoleSpec) })
  return changesAsText(changes).find((change) => 'path' in change && change.path === 'grub2/grub.cfg')
}

describe('GRUB commands', () => {
  it.each([
    { consoles: ['tty0'], lines: ['terminal_input console', 'terminal_output console'] },
    {
      consoles: ['ttyS0'],
      lines: ['serial --unit=0 --speed=9600 --word=8 --parity=no', 'terminal_input serial', 'terminal_output serial'],
    },
    {
      consoles: ['ttyS2,5o', 'hvc0', 'ttyAMA255,115200e7', 'tty0'],
      lines: [
        'serial --unit=2 --speed=5 --word=8 --parity=odd',
        'serial --unit=255 --speed=115200 --word=7 --parity=even',
        'terminal_input console serial',
        'terminal_output console serial',
      ],
    },
  ])('set up $consoles', async ({ consoles, lines }) => {
    const text = `a\n${START}${lines.map((line) => `${line}\n`).join('')}${END}`
    expect(await setUp(`a\n${START}${END}`, consoles)).toMatchObject({ bytes: text })
  })
})

describe('the lines between the marks', () => {
  const twoLines = 'terminal_input console\nterminal_output console\n'
  it.each([
    { name: 'none, for none', from: '', consoles: [], to: undefined },
    { name: 'one, for none', from: 'a\n', consoles: [], to: '' },
    { name: 'several, for none', from: 'a\n\nb\n', consoles: [], to: '' },
    { name: 'none, for two', from: '', consoles: ['tty0'], to: twoLines },
    { name: 'one, for two', from: 'a\n', consoles: ['tty0'], to: twoLines },
    { name: 'several with an end mark among them, for two', from: `a\n${END}b\n`, consoles: ['tty0'], to: twoLines },
    { name: 'several with a start mark among them, for two', from: `a\n${START}b\n`, consoles: ['tty0'], to: twoLines },
  ])('are replaced: $name', async ({ from, consoles, to }) => {
    const change = await setUp(`before\n${START}${from}${END}behind`, consoles)
    if (to === undefined) expect(change).toBeUndefined()
    else expect(change).toMatchObject({ bytes: `before\n${START}${to}${END}behind` })
  })

  it.each([
    { name: 'the start is the first line', text: `${START}${END}` },
    { name: 'the start is missing', text: `a\n${END}` },
    { name: 'the end is missing', text: `a\n${START}` },
    { name: 'the end comes first', text: `a\n${END}${START}` },
    { name: 'the end has no line end', text: `a\n${START}${END.trim()}` },
    { name: 'the start is indented', text: `a\n ${START}${END}` },
    { name: 'something stands behind the end', text: `a\n${START}${END.trim()} b\n` },
  ])('are not found when $name', async ({ text }) => {
    await expect(setUp(text, ['tty0'])).rejects.toMatchObject({ code: 'BOOT_FILES_INVALID' })
  })
})
