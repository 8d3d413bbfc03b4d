import type { RuleCase } from './rule-case.ts'

function units(...list: readonly object[]): RuleCase['config'] {
  return { systemd: { units: list } }
}

/** A unit that is enabled, with its text. */
function enabled(text: string): RuleCase['config'] {
  return units({ name: 'a.service', enabled: true, contents: text })
}

const contents = '$.systemd.units.0.contents'
const extensions = 'service socket device mount automount swap target path timer snapshot slice scope'.split(' ')
const plain = '[Service]\nExecStart=/a\n'
const installed = '[Install]\nWantedBy=a.target\n'

/** Units and drop-ins. */
export const systemdCases: readonly RuleCase[] = [
  ...extensions.map((extension) => ({
    name: `a .${extension} unit`,
    config: units({ name: `a.${extension}` }),
    finds: [],
  })),
  ...['', 'a', 'service', 'a.Service', 'a.service ', 'a.conf', 'a.', 'a.service/b'].map((name) => ({
    name: `a unit ${JSON.stringify(name)}`,
    config: units({ name }),
    finds: ['unit-extension-invalid $.systemd.units.0.name'],
  })),
  {
    name: 'drop-ins of any name',
    config: units({
      name: 'a.service',
      dropins: [{ name: 'a.conf' }, { name: 'a.Conf' }, { name: '' }, { name: '.conf' }],
    }),
    finds: [
      'dropin-extension-invalid $.systemd.units.0.dropins.1.name',
      'dropin-extension-invalid $.systemd.units.0.dropins.2.name',
    ],
  },
  ...['[a', '[a]\nb', '[a]\nb\n', '[a]b\n'].map((text) => ({
    name: `a unit and a drop-in with the text ${JSON.stringify(text)}`,
    config: units({ name: 'a.service', contents: text, dropins: [{ name: 'a', contents: text }] }),
    finds: [
      `unit-contents-invalid ${contents}`,
      'unit-contents-invalid $.systemd.units.0.dropins.0.contents',
      'dropin-extension-invalid $.systemd.units.0.dropins.0.name',
    ],
  })),
  {
    name: 'a line of 2047 bytes',
    config: units({ name: 'a.service', contents: `[a]\nb=${'c'.repeat(2044)}\n` }),
    finds: [],
  },
  {
    name: 'a line of 5000 bytes',
    config: units({ name: 'a.service', contents: `[a]\nb=${'c'.repeat(4998)}\n` }),
    finds: [`unit-contents-invalid ${contents}`],
  },

  // enabling
  { name: 'enabling with [Install]', config: enabled(plain + installed), finds: [] },
  { name: 'enabling without [Install]', config: enabled(plain), finds: [`unit-no-install-section ${contents}`] },
  {
    name: 'enabling with [Install] without options',
    config: enabled('[Install]\n'),
    finds: [`unit-no-install-section ${contents}`],
  },
  {
    name: 'enabling with [install]',
    config: enabled('[install]\na=b\n'),
    finds: [`unit-no-install-section ${contents}`],
  },
  { name: 'enabling a unit without text', config: enabled(''), finds: [] },
  { name: 'enabling a unit with a wrong text', config: enabled('[a'), finds: [`unit-contents-invalid ${contents}`] },
  {
    name: 'enabling with [Install] in a drop-in',
    config: units({
      name: 'a.service',
      enabled: true,
      contents: plain,
      dropins: [{ name: 'a.conf', contents: installed }],
    }),
    finds: [`unit-no-install-section ${contents}`],
  },
  {
    name: 'disabling without [Install]',
    config: units({ name: 'a.service', enabled: false, contents: plain }),
    finds: [],
  },

  // templates
  {
    name: 'enabled instances of a template without [Install]',
    config: units(
      { name: 'a@b.service', enabled: true },
      { name: 'a@.service', contents: plain },
      { name: 'a@c.service', enabled: true },
      { name: 'a@d.service' },
    ),
    finds: [
      'template-no-install-section $.systemd.units.0.contents',
      'template-no-install-section $.systemd.units.2.contents',
    ],
  },
  {
    name: 'enabled instances of other templates',
    config: units(
      { name: 'a@.service', contents: installed },
      { name: 'a@b.service', enabled: true },
      { name: 'b@.service', contents: '' },
      { name: 'b@b.service', enabled: true },
      { name: 'c@.service', contents: '[a' },
      { name: 'c@b.service', enabled: true },
      { name: 'd@.timer', contents: plain },
      { name: 'd@b.timer', enabled: true },
      { name: 'elsewhere@b.service', enabled: true },
    ),
    finds: ['unit-contents-invalid $.systemd.units.4.contents'],
  },
  {
    name: 'names that are nearly those of instances',
    config: units(
      { name: '@.service', contents: plain },
      { name: '@b.service', enabled: true },
      { name: 'a@.service', contents: plain, enabled: true },
      { name: 'a@\n.service', enabled: true },
      { name: 'a@b@c.service', enabled: true },
    ),
    finds: [
      'template-no-install-section $.systemd.units.4.contents',
      'unit-no-install-section $.systemd.units.2.contents',
    ],
  },
]
