/** Which era of CoreOS builds a live ISO stands for: what it carries, newest last. */
export type LiveIsoGeneration =
  | 'header-2020'
  | 'header-2021'
  | 'json-2021'
  | 'hybrid-2022'
  | 'igninfo-2023'
  | 's390x-2023'

/** The architectures that CoreOS builds live ISOs for. */
export type LiveIsoArchitecture = 'x86_64' | 'aarch64' | 'ppc64le' | 's390x'

/** What sets a generation apart. */
export interface GenerationTraits {
  readonly architecture: LiveIsoArchitecture
  readonly version: string
  readonly builtAt: Date
  /** Arguments before `coreos.liveiso=`. */
  readonly firstKargs: string
  /** `coreiso+` at the end of the system area says where the embed area is. */
  readonly hasIgnitionHeader: boolean
  /** `coreKarg` before it says where the argument areas are; the default stands in `.cmdline`. */
  readonly hasKargsHeader: boolean
  /** Whether the boot configs have room for more arguments. */
  readonly hasKargAreas: boolean
  /** `coreos/kargs.json`; `explicit` names the padding and terminator, too. */
  readonly kargsJson: 'none' | 'plain' | 'explicit'
  /** `coreos/igninfo.json` */
  readonly hasIgninfo: boolean
  /** `coreos/features.json`; `directives` lists the installer's config keys, too. */
  readonly features: 'none' | 'flags' | 'directives'
  /** `coreos/miniso.dat`, a slot of 16 KiB. */
  readonly hasMinisoSlot: boolean
  /** MBR and GPT, where the architecture has them. */
  readonly isHybrid: boolean
}

const OLDEST: GenerationTraits = {
  architecture: 'x86_64',
  version: '46.82.202009182140-0',
  builtAt: new Date('2020-09-18T21:40:00Z'),
  firstKargs: 'random.trust_cpu=on rd.luks.options=discard',
  hasIgnitionHeader: true,
  hasKargsHeader: false,
  hasKargAreas: false,
  kargsJson: 'none',
  hasIgninfo: false,
  features: 'none',
  hasMinisoSlot: false,
  isHybrid: false,
}

const HEADER_2021: GenerationTraits = {
  ...OLDEST,
  version: '47.84.202101162337-0',
  builtAt: new Date('2021-01-16T23:37:00Z'),
  firstKargs: 'random.trust_cpu=on',
  hasKargsHeader: true,
  hasKargAreas: true,
}

const JSON_2021: GenerationTraits = {
  ...HEADER_2021,
  version: '34.20210921.dev.0',
  builtAt: new Date('2021-09-21T16:18:00Z'),
  firstKargs: 'mitigations=auto,nosmt',
  kargsJson: 'plain',
}

const HYBRID_2022: GenerationTraits = {
  ...JSON_2021,
  version: '35.20220217.dev.0',
  builtAt: new Date('2022-02-17T20:22:00Z'),
  hasIgnitionHeader: false,
  hasKargsHeader: false,
  features: 'flags',
  hasMinisoSlot: true,
  isHybrid: true,
}

const IGNINFO_2023: GenerationTraits = {
  ...HYBRID_2022,
  version: '38.20230718.dev.0',
  builtAt: new Date('2023-07-18T19:11:36Z'),
  kargsJson: 'explicit',
  hasIgninfo: true,
  features: 'directives',
}

/** The traits of every generation, oldest first. */
export const GENERATIONS: Readonly<Record<LiveIsoGeneration, GenerationTraits>> = {
  'header-2020': OLDEST,
  'header-2021': HEADER_2021,
  'json-2021': JSON_2021,
  'hybrid-2022': HYBRID_2022,
  'igninfo-2023': IGNINFO_2023,
  's390x-2023': { ...IGNINFO_2023, architecture: 's390x' },
}
