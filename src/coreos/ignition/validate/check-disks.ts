import type * as types from '../model/types.ts'
import { checkPath } from './check-path.ts'
import { findPartitionOverlap } from './find-partition-overlap.ts'
import { quote } from './quote.ts'
import type { Rule, RuleContext } from './rule.ts'
import { utf8ByteLength } from './utf8-byte-length.ts'

/** What a GPT entry has room for, counted in bytes of UTF-8 by Ignition. */
const MAX_LABEL_BYTE_LENGTH = 36
const GUID = /^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/

/** A disk, and what concerns several of its partitions. */
export const checkDisk: Rule<types.Disk> = ({ device, partitions = [] }, context) => {
  if (device === '') {
    context.report('device-required', ['device'], 'the disk has no device', 'Set device')
    return
  }
  checkPath(device, ['device'], context)
  checkNumbersDiffer(partitions, context)
  const overlap = findPartitionOverlap(partitions)
  if (overlap) {
    const message = `this partition and partitions.${overlap.first} overlap`
    context.report('partition-overlap', ['partitions', overlap.second], message, 'Change startMiB or sizeMiB')
  }
  checkNoneIsUnnumbered(partitions, context)
  checkLabelsDiffer(partitions, context)
}

/** A partition. */
export const checkPartition: Rule<types.Partition> = (partition, context) => {
  const { guid = '', label, number, shouldExist, sizeMiB, startMiB, typeGuid = '' } = partition
  const isDescribed =
    label !== undefined || startMiB !== undefined || sizeMiB !== undefined || guid !== '' || typeGuid !== ''
  if (shouldExist === false && isDescribed) {
    const message = 'the partition is not to exist, but has a label, a GUID, a start or a size'
    context.report('should-not-exist-with-attributes', [], message, 'Keep only number and shouldExist')
  }
  if (isZero(number) && label === undefined) {
    const message = 'the partition has neither a number nor a label'
    context.report('partition-number-or-label-required', [], message, 'Set number or label')
  }
  checkLabel(label ?? '', context)
  checkGuid(guid, 'guid', context)
  checkGuid(typeGuid, 'typeGuid', context)
}

function checkNumbersDiffer(partitions: readonly types.Partition[], { report }: RuleContext): void {
  const numbers = new Set<types.Integer>()
  for (const [index, { number }] of partitions.entries()) {
    if (number === undefined || isZero(number)) continue
    if (numbers.has(number)) {
      const message = `another partition has the number ${number} as well`
      report('partition-number-collision', ['partitions', index], message, 'Give each partition its own number')
      return
    }
    numbers.add(number)
  }
}

/** Up to Ignition 2.26, which is the last to read specs up to 3.6.0 by this rule. */
function checkNoneIsUnnumbered(partitions: readonly types.Partition[], { report, isAtLeast }: RuleContext): void {
  if (isAtLeast('3.7.0-experimental')) return
  const removed = partitions.findIndex(({ shouldExist }) => shouldExist === false)
  if (removed < 0 || !partitions.some(({ number }) => isZero(number))) return
  const message = `partitions.${removed} is not to exist, and others have no number`
  const hint = 'Give a number to every partition of this disk'
  report('partition-zero-with-should-not-exist', ['partitions'], message, hint)
}

function checkLabelsDiffer(partitions: readonly types.Partition[], { report }: RuleContext): void {
  const labels = new Set<string>()
  for (const [index, { label }] of partitions.entries()) {
    if (label === undefined) continue
    if (labels.has(label)) {
      const message = `another partition has the label ${quote(label)} as well`
      report('partition-label-collision', ['partitions', index], message, 'Give each partition its own label')
      return
    }
    labels.add(label)
  }
}

function checkLabel(label: string, { report }: RuleContext): void {
  const byteLength = utf8ByteLength(label)
  if (byteLength > MAX_LABEL_BYTE_LENGTH) {
    const message = `the label ${quote(label)} has ${byteLength} bytes, more than ${MAX_LABEL_BYTE_LENGTH}`
    report('partition-label-too-long', ['label'], message, 'Shorten it')
  } else if (label.includes(':')) {
    report('partition-label-colon', ['label'], `the label ${quote(label)} holds a colon`, 'Remove the colon')
  }
}

function checkGuid(guid: string, name: 'guid' | 'typeGuid', { report }: RuleContext): void {
  if (guid === '' || GUID.test(guid)) return
  const hint = 'Write it in the form 01234567-89AB-CDEF-0123-456789ABCDEF'
  report('guid-malformed', [name], `${quote(guid)} is not a GUID`, hint)
}

/** The number 0, like none, is for the next free slot. */
function isZero(number: types.Integer = 0): boolean {
  return Number(number) === 0
}
