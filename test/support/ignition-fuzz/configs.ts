import fc from 'fast-check'
import type { SpecVersion } from '../../../src/index.ts'
import { resourcesOf } from './resources.ts'
import { storageOf } from './storage.ts'
import { type Anything, boolean, itself, oneOf, Tastes } from './tastes.ts'
import { dropinName, unitName, unitText } from './unit-texts.ts'
import { webUrl } from './urls.ts'
import { anyText, integer, name, oddVersion } from './values.ts'

/**
 * Configs of a spec version that have every section and field that the version knows, none of them always.
 *
 * @param oddPercent how many of the values, and of the combinations of values, may be wrong. At 0, every config is valid.
 */
export function ignitionConfigs(version: SpecVersion, oddPercent = 0): fc.Arbitrary<unknown> {
  const tastes = new Tastes(version, oddPercent)
  const storage = storageOf(tastes)
  return fc
    .record({
      ignition: ignitionOf(tastes),
      rest: tastes.object(
        {},
        {
          ...tastes.since('3.3.0', { kernelArguments: kernelArgumentsOf(tastes) }),
          passwd: passwdOf(tastes),
          storage,
          systemd: systemdOf(tastes),
        },
      ),
      isIgnitionLast: boolean,
    })
    .map(({ ignition, rest, isIgnitionLast }) =>
      isIgnitionLast ? { ...(rest as object), ignition } : { ignition, ...(rest as object) },
    )
}

function ignitionOf(tastes: Tastes): Anything {
  const { reference, replacement, authority } = resourcesOf(tastes)
  const source = ({ source }: { source?: string }): string => source ?? ''
  const proxyUrl = tastes.pick(webUrl)
  const version = fc.constant(tastes.version)
  const proxy = tastes.object(
    {},
    {
      httpProxy: proxyUrl,
      httpsProxy: proxyUrl,
      noProxy: tastes.list(oneOf('h', '.h', '10.0.0.0/8', '*', 'h:80'), itself),
    },
  )
  const sections = tastes.object(
    {},
    {
      config: tastes.object({}, { merge: tastes.list(reference, source), replace: replacement }),
      security: tastes.object(
        {},
        { tls: tastes.object({}, { certificateAuthorities: tastes.list(authority, source) }) },
      ),
      timeouts: tastes.object({}, { httpResponseHeaders: integer, httpTotal: integer }),
      ...tastes.since('3.1.0', { proxy }),
    },
  )
  const valid = fc.tuple(version, sections).map(([version, rest]) => ({ version, ...(rest as object) }))
  if (tastes.isValid) return valid
  const odd = fc.tuple(oddVersion, sections).map(([version, rest]) => ({ ...(rest as object), version }))
  return fc.oneof({ weight: 25, arbitrary: valid }, { weight: 1, arbitrary: odd })
}

function kernelArgumentsOf(tastes: Tastes): Anything {
  const list = (...words: readonly string[]): Anything =>
    tastes.list(tastes.pick({ good: oneOf(...words), odd: oneOf('quiet', 'a', '', 'é') }), itself)
  return tastes.object({}, { shouldExist: list('quiet', 'a=b', 'c d'), shouldNotExist: list('ro', 'e', 'A=b') })
}

function passwdOf(tastes: Tastes): Anything {
  const byName = ({ name }: { name?: string }): unknown => name ?? ''
  const names = tastes.list(name, itself)
  const shouldExist = tastes.since('3.2.0', { shouldExist: boolean })
  const group = tastes.object({ name }, { gid: integer, passwordHash: anyText, system: boolean, ...shouldExist })
  const texts = { gecos: anyText, homeDir: anyText, passwordHash: anyText, primaryGroup: anyText, shell: anyText }
  const flags = { noCreateHome: boolean, noLogInit: boolean, noUserGroup: boolean, system: boolean }
  const user = tastes.object(
    { name },
    { ...texts, ...flags, ...shouldExist, groups: names, sshAuthorizedKeys: names, uid: integer },
  )
  return tastes.object({}, { groups: tastes.list(group, byName), users: tastes.list(user, byName) })
}

interface NamedUnit {
  readonly name?: string
  readonly enabled?: boolean
}

function systemdOf(tastes: Tastes): Anything {
  const byName = ({ name }: NamedUnit): unknown => name ?? ''
  const contents = tastes.pick(unitText, 3)
  const dropin = tastes.object({ name: tastes.pick(dropinName) }, { contents })
  const unit = tastes.object(
    { name: tastes.pick(unitName) },
    {
      contents: fc.oneof(contents, unitText.installed),
      dropins: tastes.list(dropin, byName),
      enabled: boolean,
      mask: boolean,
    },
  )
  return tastes.object({}, { units: tastes.list(unit, byName) })
}
