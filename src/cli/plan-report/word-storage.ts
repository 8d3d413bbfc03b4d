import { countOf, joinFacts, nameList, type StepOf, type StepText } from './step-text.ts'

/** A disk. */
export function wordDisk({ device, wipeTable }: StepOf<'disk'>): StepText {
  return { line: wipeTable ? `${device}: the partition table is wiped` : device }
}

/** A partition and what it shall be. */
export function wordPartition(step: StepOf<'partition'>): StepText {
  const { device, number, label, startMiB, sizeMiB, guid, typeGuid, shouldExist, outcomes } = step
  const name = `${number === undefined ? 'a new partition' : `partition ${number}`} of ${device}`
  if (!shouldExist) return { line: `${name}: shall not exist` }
  return {
    line: outcomes.length === 0 ? `${name}: created` : name,
    facts: [
      joinFacts([
        label !== undefined && `label ${JSON.stringify(label)}`,
        startMiB !== undefined && `from ${startMiB} MiB`,
        sizeMiB === undefined ? 'as large as possible if new' : `${sizeMiB} MiB`,
      ]),
      joinFacts([typeGuid !== undefined && `type ${typeGuid}`, guid !== undefined && `GUID ${guid}`]),
    ],
  }
}

/** An array and what it is made of. */
export function wordRaid({ device, level, devices, spareCount, options }: StepOf<'raid'>): StepText {
  const spares = Number(spareCount) === 0 ? '' : `, ${spareCount} of them spare`
  return {
    line: `${device}: ${level} made of ${countOf(devices.length, 'device')}${spares}`,
    facts: [...devices, nameList('options', options)],
  }
}

/** An encrypted volume and how it is opened. */
export function wordLuks(step: StepOf<'luks'>): StepText {
  const { name, device, label, uuid, wipeVolume, discard, options, openOptions } = step
  return {
    line: `${name} on ${device}${wipeVolume ? ': wiped and made' : ''}`,
    facts: [
      joinFacts([label && `label ${JSON.stringify(label)}`, uuid && `UUID ${uuid}`, discard && 'with discard']),
      wordKey(step),
      ...wordClevis(step),
      nameList('options', options),
      nameList('options for opening', openOptions),
    ],
  }
}

/** A filesystem. */
export function wordFilesystem({
  device,
  format,
  label,
  uuid,
  wipeFilesystem,
  options,
}: StepOf<'filesystem'>): StepText {
  const wiped = wipeFilesystem ? (format === 'none' ? ': wiped' : ': wiped and made') : ''
  return {
    line: `${format || 'no format'} on ${device}${wiped}`,
    facts: [
      joinFacts([label && `label ${JSON.stringify(label)}`, uuid && `UUID ${uuid}`]),
      nameList('options', options),
    ],
  }
}

/** A mount. */
export function wordMount({ path, device, format, options }: StepOf<'mount'>): StepText {
  return { line: `${path}: ${format} on ${device}`, facts: [nameList('options', options)] }
}

function wordKey({ key, keyFile }: StepOf<'luks'>): string {
  if (key === 'cex') return 'key: of a CEX adapter'
  if (key === 'generated') return 'key: random'
  if (keyFile?.origin === 'remote') return 'key: fetched'
  return `key: ${keyFile?.byteLength === undefined ? 'some bytes' : countOf(keyFile.byteLength, 'byte')} of the config`
}

function wordClevis({ clevis }: StepOf<'luks'>): readonly string[] {
  if (!clevis) return []
  const { threshold, tpm2, tang, customPin } = clevis
  if (customPin !== undefined) return [`unlocked by: clevis pin ${customPin}, whose config is not shown`]
  return [
    `unlocked by: ${threshold} of ${joinFacts([tpm2 && 'tpm2', ...tang.map(() => 'tang')])}`,
    ...tang.map(({ url, thumbprint }) => `tang ${url} with thumbprint ${thumbprint}`),
  ]
}
