import { fleetingDirectoryOf } from '../model/fleeting-directories.ts'
import type * as types from '../model/types.ts'
import type { ResourceReading } from '../resource/read-resource.ts'
import type { Accounts } from './accounts.ts'
import type { KnownSystem } from './base-system.ts'
import type { PlacedNode } from './order-nodes.ts'
import { type Outcome, outcome } from './outcome.ts'
import { type Failure, SOUND, type Verdict } from './step.ts'
import type { TargetNode } from './target-tree.ts'

/** What files, directories and links are planned with. */
export interface NodeSurroundings {
  readonly system: KnownSystem
  readonly accounts: Accounts
  readonly reading: (resource: types.Resource) => ResourceReading | undefined
}

const CREATE = outcome('path-free', 'create')
const FAIL_OTHERWISE = outcome('path-other', 'fail')

/** Made once, since there may be very many files. */
const REPLACING: Verdict = { outcomes: [CREATE, outcome('path-taken', 'replace')], isDestructive: true }
const MAKING: Verdict = { outcomes: [CREATE, outcome('path-taken', 'fail')] }

/** Says what happens with what may be at the path, or with what the plan has put there before. */
export function judgePlace(placed: PlacedNode, known: TargetNode | undefined): Verdict {
  const { overwrite = false } = placed.node
  const reusable = reusableBy(placed)
  const reuse = outcome('path-alike', changesReused(placed) ? 'change' : 'keep', reusable)
  if (!known) {
    if (overwrite) return REPLACING
    return reusable === undefined ? MAKING : { outcomes: [CREATE, reuse, FAIL_OTHERWISE] }
  }
  const what = `a ${known.type}${known.origin === undefined ? '' : ` (${known.origin})`}`
  if (overwrite) {
    const message = `${what} can't be removed, as something is mounted there or below`
    if (known.isBusy) return { failures: [{ kind: 'path-busy', message }] }
    return { isDestructive: true, notes: [`${what} is there by then, and removed with all that is in it`] }
  }
  const message = `${what} is at the path by then`
  if (reusable === undefined || known.type !== placed.type) return { failures: [{ kind: 'path-occupied', message }] }
  return known.type === 'link' ? { outcomes: [reuse, FAIL_OTHERWISE] } : { notes: [message] }
}

/** Says whether what goes to the path can be had, and belongs to somebody. */
export function judgeNode(placed: PlacedNode, surroundings: NodeSurroundings): readonly Verdict[] {
  const { type, node, place } = placed
  return [
    type === 'file' ? judgeContents(node, surroundings) : SOUND,
    type === 'link' && node.hard ? SOUND : judgeOwner(node, surroundings),
    judgeDirectory(place, surroundings),
  ]
}

/** What a node can live with when it is there already; `undefined` when nothing may be there. */
function reusableBy({ type, node }: PlacedNode): string | undefined {
  switch (type) {
    case 'directory':
      return 'a directory'
    case 'file':
      return node.contents?.source === undefined ? 'a regular file' : undefined
    case 'link':
      return node.hard ? 'the same file' : 'a link to the same target'
  }
}

/** A link that is there is left alone, owner and all. */
function changesReused({ type, node }: PlacedNode): boolean {
  if (type === 'link') return false
  const isGiven = (owner: types.Owner = {}): boolean => owner.id !== undefined || (owner.name ?? '') !== ''
  const appends = type === 'file' && (node.append ?? []).length > 0
  return node.mode !== undefined || isGiven(node.user) || isGiven(node.group) || appends
}

function judgeContents({ contents, append = [] }: types.File, { reading }: NodeSurroundings): Verdict {
  const readings = [...(contents ? [contents] : []), ...append].map(reading)
  const failures: Failure[] = readings.flatMap((each) => each?.failures ?? [])
  if (append.some(({ source }) => source === undefined)) {
    failures.push({
      kind: 'append-without-source',
      message: 'nothing says what is appended, at which Ignition crashes',
    })
  }
  const notes = readings.flatMap((each) => each?.notes ?? [])
  return failures.length + notes.length === 0 ? SOUND : { failures, notes }
}

function judgeOwner({ user, group }: types.Node, { accounts }: NodeSurroundings): Verdict {
  const names = [
    { what: 'user', name: user?.name ?? '', presence: accounts.user },
    { what: 'group', name: group?.name ?? '', presence: accounts.group },
  ].filter(({ name }) => name !== '')
  if (names.length === 0) return SOUND
  const outcomes: Outcome[] = []
  const failures: Failure[] = []
  for (const { what, name, presence } of names) {
    if (presence(name) === 'unknown') outcomes.push(outcome('owner-unknown', 'fail', `${what} ${name}`))
    if (presence(name) !== 'absent') continue
    failures.push({ kind: 'account-deleted', message: `the ${what} ${name} is deleted before` })
  }
  return { outcomes, failures }
}

function judgeDirectory(place: string, { system }: NodeSurroundings): Verdict {
  const fleeting = fleetingDirectoryOf(place)
  if (fleeting !== undefined)
    return { notes: [`what is written below ${fleeting} is gone when the system has started`] }
  const readOnly = system.readOnlyDirectories.find((directory) => place.startsWith(`${directory}/`))
  return readOnly === undefined ? SOUND : { outcomes: [outcome('path-read-only', 'fail', readOnly)] }
}
