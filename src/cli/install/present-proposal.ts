import { countOf } from '../count-of.ts'
import { formatSize } from '../format-size.ts'
import { oneLine } from '../one-line.ts'
import type { BootSummary, ContentSummary, PartitionSummary, ProposalSummary } from './summarize-proposal.ts'

/** Words what an installation would do. */
export function presentProposal(proposal: ProposalSummary): string {
  const { image, savedPartitions } = proposal
  return [
    `Image: ${oneLine(image.name)}${describeSizes(image)}`,
    ...image.partitions.map((partition) => `  ${describePartition(partition)}`),
    ...targetLines(proposal),
    ...(savedPartitions.length === 0 ? [] : ['Saved partitions:']),
    ...savedPartitions.map((partition) => `  ${describeSaved(partition)}`),
    ...bootLines(proposal.boot),
    'Proved before it can boot:',
    ...(proposal.toProve.length === 0 ? ['nothing'] : proposal.toProve).map((aim) => `  ${oneLine(aim)}`),
  ].join('\n')
}

/** `5 "data" (10.0 GiB at 8.0 GiB), which keeps its number` */
export function describeSaved(partition: ProposalSummary['savedPartitions'][number]): string {
  const { number, newNumber } = partition
  const fate = number === newNumber ? 'keeps its number' : `becomes number ${newNumber}`
  return `${describePartition(partition)}, which ${fate}`
}

function describePartition({ number, name, offset, byteLength }: PartitionSummary): string {
  return `${number} ${oneLine(JSON.stringify(name))} (${formatSize(byteLength)} at ${formatSize(offset)})`
}

function describeSizes({ byteLength, imageByteLength }: ProposalSummary['image']): string {
  const sizes = [
    imageByteLength === null ? [] : [`${formatSize(imageByteLength)} on the disk`],
    byteLength === null || byteLength === imageByteLength ? [] : [`${formatSize(byteLength)} as it arrives`],
  ].flat()
  return sizes.length === 0 ? '' : ` (${sizes.join(', ')})`
}

function targetLines({ target }: ProposalSummary): readonly string[] {
  const { kind, path, byteLength, sectorSize, model, contents } = target
  const facts = [...(model === null ? [] : [oneLine(model)]), formatSize(byteLength), `sectors of ${sectorSize} bytes`]
  const has = contents.map((content) => `  has ${oneLine(describeContent(content))}`)
  return [`${kind === 'device' ? 'Disk' : 'New file'}: ${oneLine(path)} (${facts.join(', ')})`, ...has]
}

/** `ext4 on /dev/sda3 (384.0 MiB, "boot")` */
function describeContent({ path, type, label, byteLength }: ContentSummary): string {
  const facts = [
    ...(byteLength === null ? [] : [formatSize(byteLength)]),
    ...(label === null ? [] : [JSON.stringify(label)]),
  ]
  return `${type ?? 'something unknown'} on ${path}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`
}

function bootLines(boot: BootSummary | null): readonly string[] {
  if (!boot) return []
  const lines = [
    boot.ignitionByteLength === null ? '' : `Ignition config (${countOf(boot.ignitionByteLength, 'byte')})`,
    boot.platform === null ? '' : `platform ${boot.platform}`,
    boot.consoles.length === 0 ? '' : `consoles ${boot.consoles.join(' ')}`,
    ...boot.deleteKargs.map((karg) => `without kernel argument ${karg}`),
    ...boot.appendKargs.map((karg) => `with kernel argument ${karg}`),
    boot.firstbootArgs === null ? '' : `for the first boot: ${boot.firstbootArgs}`,
    boot.networkFiles.length === 0 ? '' : `network settings ${boot.networkFiles.join(' ')}`,
  ]
  return [
    'Installed system:',
    ...lines.filter((line) => line !== '').map((line) => `  ${oneLine(line)}`),
    'Written on the boot partition:',
    ...boot.paths.map((path) => `  ${oneLine(path)}`),
  ]
}
