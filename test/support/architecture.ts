import { posix } from 'node:path'
import { type ModuleReference, scanImports } from '../../scripts/syntax/scan-imports.ts'
import { tokenize } from '../../scripts/syntax/tokenize.ts'

/** The rooms of `src/`, in the order of imports: each one imports only earlier ones. */
export const ROOMS = ['errors', 'bytes', 'formats', 'coreos', 'operations', 'index', 'node', 'cli', 'service'] as const

/** Rooms that may touch the machine. */
const OUTER_ROOMS: ReadonlySet<string> = new Set(['node', 'cli', 'service'])

/** A file at 300 lines probably holds a second idea; none has more than this. */
export const MAX_LINE_COUNT = 400

/** Where one dependency may be imported. */
export interface Adapter {
  /** The one file, or the folder (ending in `/`) of which one file may import it. */
  readonly within: string
  /** `true` when it may only be loaded by `import()`, so that commands that don't need it don't pay for it. */
  readonly isLazy: boolean
}

/** What the checker reads. */
export interface Tree {
  /** Text of every module by its path, as `src/bytes/index.ts`. */
  readonly files: ReadonlyMap<string, string>
  /** Runtime dependencies by package name. */
  readonly adapters: Readonly<Record<string, Adapter>>
}

interface Import extends ModuleReference {
  readonly from: string
}

/** Holds a tree against the rules of ARCHITECTURE.md and gives one sentence for each breach. */
export function findViolations(tree: Tree): readonly string[] {
  const imports = [...tree.files].flatMap(([from, text]) => scanImports(text).map((found) => ({ ...found, from })))
  const sources = imports.filter(({ from }) => from.startsWith('src/') || from.startsWith('bin/'))
  return [
    ...sources.flatMap((found) => checkImport(found, tree)),
    ...checkAdapters(sources, tree),
    ...[...tree.files].flatMap(([path, text]) => checkFile(path, text)),
    ...checkFaces(tree),
  ]
}

function checkImport(found: Import, tree: Tree): readonly string[] {
  const { from, specifier, line } = found
  const where = `${from}:${line}`
  if (specifier === undefined) return [`${where} computes the name of a module; write it as a literal`]
  if (specifier.startsWith('node:')) {
    return OUTER_ROOMS.has(roomOf(from)) || from.startsWith('bin/')
      ? []
      : [`${where} imports ${specifier} in a pure room`]
  }
  if (!specifier.startsWith('.')) {
    return packageOf(specifier) in tree.adapters
      ? []
      : [`${where} imports ${specifier}, which is no runtime dependency`]
  }
  const to = posix.join(posix.dirname(from), specifier)
  if (to === 'package.json' && OUTER_ROOMS.has(roomOf(from))) return [] // the version
  if (!tree.files.has(to)) return [`${where} imports ${to}, which does not exist`]
  return checkRoute(where, from, to)
}

function checkRoute(where: string, from: string, to: string): readonly string[] {
  if (!to.startsWith('src/')) return [`${where} imports ${to}, which is no part of the product`]
  if (from.startsWith('bin/'))
    return roomOf(to) === 'cli' ? [] : [`${where} imports ${to}; bin starts the command line only`]
  if (unitOf(from) === unitOf(to)) return []
  const [fromRoom, toRoom] = [roomOf(from), roomOf(to)]
  const violations: string[] = []
  if (rank(toRoom) > rank(fromRoom)) violations.push(`${where} imports ${to}, but ${toRoom} comes after ${fromRoom}`)
  if (fromRoom === 'service' && toRoom === 'cli')
    violations.push(`${where} imports ${to}, but cli and service are strangers`)
  if (!isFace(to)) violations.push(`${where} imports ${to} past the face of ${unitOf(to)}`)
  return violations
}

function checkAdapters(imports: readonly Import[], tree: Tree): readonly string[] {
  return Object.entries(tree.adapters).flatMap(([name, { within, isLazy }]) => {
    const users = imports.filter(({ specifier }) => specifier !== undefined && packageOf(specifier) === name)
    const files = new Set(users.map(({ from }) => from))
    const strays = users.filter(({ from }) => (within.endsWith('/') ? !from.startsWith(within) : from !== within))
    const violations = strays.map(({ from, line }) => `${from}:${line} imports ${name}, whose adapter is in ${within}`)
    if (files.size > 1) violations.push(`${name} has more than one adapter: ${[...files].join(', ')}`)
    if (files.size === 0) violations.push(`${name} is a runtime dependency that nothing imports`)
    if (!isLazy) return violations
    const eager = users.filter(({ kind }) => kind === 'static')
    return [
      ...violations,
      ...eager.map(({ from, line }) => `${from}:${line} loads ${name} with the module; use import()`),
    ]
  })
}

function checkFile(path: string, text: string): readonly string[] {
  const lineCount = text.split('\n').length - 1
  const name = posix.basename(path)
  const violations: string[] = []
  if (lineCount > MAX_LINE_COUNT) violations.push(`${path} has ${lineCount} lines; ${MAX_LINE_COUNT} are the most`)
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)*\.ts$/.test(name)) violations.push(`${path} is not in kebab-case`)
  return violations
}

/** Every room that the library shows, and every format, has a face, and the face re-exports and does nothing else. */
function checkFaces(tree: Tree): readonly string[] {
  const units = new Set([...tree.files.keys()].filter((path) => path.startsWith('src/')).map(unitOf))
  return [...units].flatMap((unit) => {
    if (rank(roomOf(`${unit}/`)) === Number.POSITIVE_INFINITY) return [`${unit} is no room`]
    if (roomOf(unit) === 'cli' || unit === 'src/errors.ts') return []
    const face = unit.endsWith('.ts') ? unit : `${unit}/index.ts`
    const text = tree.files.get(face)
    if (text === undefined) return [`${unit} has no face: ${face} is missing`]
    if (!text.startsWith('/**')) return [`${face} does not open with a comment on what it offers`]
    return isOnlyReExports(text) ? [] : [`${face} has logic; a face only re-exports`]
  })
}

function isOnlyReExports(text: string): boolean {
  const words = tokenize(text).map(({ kind, text }) => (kind === 'string' ? "''" : text))
  const rest = words.join(' ').replaceAll(/export (?:type )?(?:\* (?:as \S+ )?|\{ [^}]*\} )from ''(?: ;)?/g, '')
  return rest.trim() === ''
}

/** `src/formats/xz/…` is room `formats`, `src/errors.ts` is room `errors`. */
function roomOf(path: string): string {
  return (path.split('/')[1] ?? '').replace(/\.ts$/, '')
}

/** What is entered through one face: a format, a room, or a room of one file. */
function unitOf(path: string): string {
  const parts = path.split('/')
  return parts.slice(0, parts[1] === 'formats' ? 3 : 2).join('/')
}

function isFace(path: string): boolean {
  const unit = unitOf(path)
  return path === unit || path === `${unit}/index.ts`
}

function rank(room: string): number {
  const index = (ROOMS as readonly string[]).indexOf(room)
  return index === -1 ? Number.POSITIVE_INFINITY : index
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
