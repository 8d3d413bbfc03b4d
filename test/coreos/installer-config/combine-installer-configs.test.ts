import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../../../src/bytes/index.ts'
import {
  combineInstallerConfigs,
  formatInstallerArguments,
  type InstallerConfig,
  type InstallerConfigLayer,
  parseInstallerConfig,
} from '../../../src/coreos/index.ts'

/** What config files say, in order, and then the command line. */
async function layersOf(
  texts: readonly string[],
  line: InstallerConfig = {},
): Promise<readonly InstallerConfigLayer[]> {
  const files = await Promise.all(
    texts.map(async (text, index) => ({
      name: `${'ab'.charAt(index)}.yaml`,
      ...(await parseInstallerConfig(encodeUtf8(text))),
    })),
  )
  return [...files, { name: 'the command line', config: line }]
}

describe('combineInstallerConfigs', () => {
  it('takes the last of single values, and of those on the command line before all', async () => {
    const layers = await layersOf(['platform: a\nstream: x', 'platform: b\nstream: y'], { platform: 'c' })
    expect(combineInstallerConfigs(layers)).toEqual({ platform: 'c', stream: 'y' })
  })

  it('joins lists in order, files first', async () => {
    const layers = await layersOf(['append-karg: [a, b]', 'append-karg: [c]\nsave-partlabel: ["x,y"]'], {
      'append-karg': ['d'],
      'save-partlabel': ['z'],
    })
    expect(combineInstallerConfigs(layers)).toEqual({
      'append-karg': ['a', 'b', 'c', 'd'],
      'save-partlabel': ['x,y', 'z'],
    })
  })

  it('keeps a flag that is set, whatever a later file says', async () => {
    const layers = await layersOf(['insecure: true\noffline: false', 'insecure: false'], { insecure: false })
    expect(combineInstallerConfigs(layers)).toEqual({ insecure: true })
  })

  it('takes values that begin with a dash as they are', async () => {
    const layers = await layersOf(['append-karg: ["--x"]\nignition-file: -y\nsave-partindex: [-3]'])
    expect(combineInstallerConfigs(layers)).toEqual({
      'append-karg': ['--x'],
      'ignition-file': '-y',
      'save-partindex': ['-3'],
    })
  })

  it('takes a device that is named twice, but not two', async () => {
    const same = await layersOf(['dest-device: /dev/sda'], { 'dest-device': '/dev/sda' })
    expect(combineInstallerConfigs(same)).toEqual({ 'dest-device': '/dev/sda' })
    const other = await layersOf(['stream: x\ndest-device: /dev/sda', 'dest-device: /dev/sdb'])
    expect(() => combineInstallerConfigs(other)).toThrow(/\/dev\/sda \(a\.yaml:2\), \/dev\/sdb \(b\.yaml:1\)/)
  })

  it.each([
    {
      name: 'two origins of the image',
      texts: ['stream: x', 'image-file: y'],
      line: {},
      places: ['a.yaml:1', 'b.yaml:1'],
    },
    {
      name: 'an image on the command line and another in a file',
      texts: ['\n\nimage-url: https://e/x'],
      line: { stream: 'x' },
      places: ['the command line', 'a.yaml:3'],
    },
    {
      name: 'two origins of the Ignition config',
      texts: ['ignition-file: x', 'ignition-url: https://e/x'],
      line: {},
      places: ['a.yaml:1', 'b.yaml:1'],
    },
  ])('refuses $name, and names the places', async ({ texts, line, places }) => {
    const layers = await layersOf(texts, line)
    const message = messageOf(() => combineInstallerConfigs(layers))
    for (const place of places) expect(message).toContain(`(${place})`)
  })

  it('tells all that contradicts itself at once', async () => {
    const layers = await layersOf(['stream: x\nignition-file: y\ndest-device: a'], {
      'image-file': 'x',
      'ignition-url': 'https://e/y',
      'dest-device': 'b',
    })
    expect(messageOf(() => combineInstallerConfigs(layers)).split('\n')).toHaveLength(3)
  })
})

function messageOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof Error) return error.message
  }
  throw new Error('nothing was thrown')
}

it('formatInstallerArguments writes every key in the order of the installer, and the device last', () => {
  const config: Required<InstallerConfig> = {
    'dest-device': 'u',
    stream: 'c',
    'image-url': 'http://example.com/d',
    'image-file': 'e',
    'ignition-file': 'f',
    'ignition-url': 'http://example.com/g',
    'ignition-hash': `sha256-${'e3'.repeat(32)}`,
    architecture: 'h',
    platform: 'i',
    console: ['ttyS0,9600n8', 'tty0'],
    'append-karg': ['k', 'l'],
    'delete-karg': ['m', 'n'],
    'copy-network': true,
    'network-dir': 'o',
    'save-partlabel': ['p', 'q'],
    'save-partindex': ['1', '-3'],
    offline: true,
    insecure: true,
    'insecure-ignition': true,
    'stream-base-url': 'http://example.com/w',
    'preserve-on-error': true,
    'fetch-retries': '3',
    'secure-ipl': true,
  }
  expect(formatInstallerArguments(config).join(' ')).toBe(
    '--stream c --image-url http://example.com/d --image-file e --ignition-file f --ignition-url http://example.com/g ' +
      `--ignition-hash sha256-${'e3'.repeat(32)} --architecture h --platform i --console ttyS0,9600n8 --console tty0 ` +
      '--append-karg k --append-karg l --delete-karg m --delete-karg n --copy-network --network-dir o ' +
      '--save-partlabel p --save-partlabel q --save-partindex 1 --save-partindex -3 --offline --insecure ' +
      '--insecure-ignition --stream-base-url http://example.com/w --preserve-on-error --fetch-retries 3 --secure-ipl u',
  )
  expect(formatInstallerArguments({ 'copy-network': false, console: [] })).toEqual([])
})
