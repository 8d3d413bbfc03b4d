import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type IgnitionConfig, type ProvisioningPlan, planProvisioning } from '../../../../src/index.ts'
import { nodeCodecs as codecs } from '../../../../src/node/index.ts'
import { parsedConfigs } from '../../../support/ignition-configs.ts'
import { stepsOf } from './plans.ts'

const bases = fc.constantFrom('none', 'coreos', 'fedora-coreos')

/** Valid configs without references, which could bring or remove anything. */
const configs = parsedConfigs().map((config): IgnitionConfig => {
  return { ...config, ignition: { ...config.ignition, config: undefined } }
})

/** Configs with many files, directories and links in few directories, one or the other in the way of others. */
const trees = fc
  .uniqueArray(
    fc.record({
      path: fc
        .array(fc.constantFrom('a', 'b', 'home', 'usr', 'local', 'var'), { minLength: 1, maxLength: 5 })
        .map((names) => `/${names.join('/')}`),
      type: fc.constantFrom('directories', 'files', 'files', 'links'),
      hard: fc.boolean(),
    }),
    { selector: ({ path }) => path, maxLength: 30 },
  )
  .map((nodes): IgnitionConfig => {
    const of = (wanted: string): typeof nodes => nodes.filter(({ type }) => type === wanted)
    return {
      ignition: { version: '3.4.0' },
      storage: {
        directories: of('directories').map(({ path }) => ({ path })),
        files: of('files').map(({ path }) => ({ path })),
        links: of('links').map(({ path, hard }) => ({ path, hard, target: '/a' })),
      },
    }
  })

const anyConfigs = fc.oneof(configs, trees)

type NodeStep = Extract<ProvisioningPlan['steps'][number], { readonly overwrite: boolean }>

function nodesOf({ steps }: ProvisioningPlan): readonly NodeStep[] {
  return steps.filter((step): step is NodeStep => 'overwrite' in step)
}

const namesOf = (entries: readonly { readonly name: string }[] = []): readonly string[] =>
  entries.map(({ name }) => name)
const pathsOf = (entries: readonly { readonly path: string }[] = []): readonly string[] =>
  entries.map(({ path }) => path)
const sorted = (values: readonly string[]): readonly string[] => values.toSorted()

describe('for every config', () => {
  it('each file, directory, link, user, group, unit and device is planned exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(anyConfigs, async (config) => {
        const plan = await planProvisioning(config, { codecs })
        const { storage = {}, passwd = {}, systemd = {} } = config
        const entries = nodesOf(plan).filter((step) => !(step.kind === 'directory' && step.isImplied))
        expect(sorted(pathsOf(entries.filter(({ kind }) => kind === 'file')))).toEqual(sorted(pathsOf(storage.files)))
        expect(sorted(pathsOf(entries.filter(({ kind }) => kind === 'link')))).toEqual(sorted(pathsOf(storage.links)))
        expect(sorted(pathsOf(entries.filter(({ kind }) => kind === 'directory')))).toEqual(
          sorted(pathsOf(storage.directories)),
        )
        expect(namesOf(stepsOf(plan, 'user'))).toEqual(namesOf(passwd.users))
        expect(namesOf(stepsOf(plan, 'group'))).toEqual(namesOf(passwd.groups))
        expect(namesOf(stepsOf(plan, 'unit'))).toEqual(namesOf(systemd.units))
        expect(namesOf(stepsOf(plan, 'raid'))).toEqual(namesOf(storage.raid))
        expect(namesOf(stepsOf(plan, 'luks'))).toEqual(namesOf(storage.luks))
        expect(stepsOf(plan, 'disk').map(({ device }) => device)).toEqual(
          (storage.disks ?? []).map(({ device }) => device),
        )
        expect(stepsOf(plan, 'filesystem')).toHaveLength(storage.filesystems?.length ?? 0)
      }),
      { numRuns: 200 },
    )
  })

  it('directories come before what is in them, and nothing is implied twice', async () => {
    await fc.assert(
      fc.asyncProperty(anyConfigs, bases, async (config, base) => {
        const seen = new Set<string>()
        for (const step of nodesOf(await planProvisioning(config, { codecs, base }))) {
          const { path, resolvedPath = path } = step
          const isHardLink = step.kind === 'link' && step.isHard
          for (const other of seen) {
            if (!isHardLink && !step.failures.length) expect(other.startsWith(`${resolvedPath}/`)).toBe(false)
          }
          if (step.kind === 'directory' && step.isImplied) expect(seen).not.toContain(path)
          seen.add(resolvedPath)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('the order of files, directories and symbolic links in the config changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(anyConfigs, bases, async (config, base) => {
        const { storage = {} } = config
        const links = storage.links ?? []
        const reordered = {
          ...config,
          storage: {
            ...storage,
            files: storage.files?.toReversed(),
            directories: storage.directories?.toReversed(),
            links: [...links.filter(({ hard }) => hard), ...links.filter(({ hard }) => !hard).toReversed()],
          },
        }
        const [before, after] = await Promise.all([
          planProvisioning(config, { codecs, base }),
          planProvisioning(reordered, { codecs, base }),
        ])
        // what validation says has the indexes of the config
        const comparable = ({ steps }: ProvisioningPlan): unknown => steps.filter(({ kind }) => kind !== 'render')
        expect(comparable(after)).toEqual(comparable(before))
      }),
      { numRuns: 200 },
    )
  })

  it('the counts are those of the steps', async () => {
    await fc.assert(
      fc.asyncProperty(parsedConfigs(), bases, async (config, base) => {
        const { steps, counts, isComplete } = await planProvisioning(config, { codecs, base })
        expect(counts.steps).toBe(steps.length)
        expect(counts.failing).toBe(steps.filter(({ failures }) => failures.length > 0).length)
        for (const { isConditional, outcomes } of steps) expect(isConditional).toBe(outcomes.length > 0)
        const isRemote = steps.some((step) => step.kind === 'fetch' && step.for === undefined && step.resource.url)
        if (!isComplete) expect(isRemote).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})

describe('100,000 files', () => {
  const timeOf = async (count: number): Promise<number> => {
    const files = Array.from({ length: count }, (_, index) => ({
      path: `/etc/d${index % 100}/file-${index}`,
      mode: 420,
      contents: { source: 'data:,contents%20of%20a%20file' },
    }))
    const config: IgnitionConfig = { ignition: { version: '3.4.0' }, storage: { files } }
    const before = process.cpuUsage()
    const plan = await planProvisioning(config, { codecs, base: 'coreos' })
    const { user } = process.cpuUsage(before)
    expect(stepsOf(plan, 'file')).toHaveLength(count)
    return user / 1000
  }

  it('take seconds, and time in proportion to their number', async () => {
    await timeOf(1000)
    const [few, many] = [await timeOf(10_000), await timeOf(100_000)]
    expect(many).toBeLessThan(8000) // under 2 s where nothing else runs
    expect(many / few).toBeLessThan(40)
  })
})
