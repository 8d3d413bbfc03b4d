import type * as types from './types.ts'
import { isAtLeast, type SpecVersion } from './versions.ts'

/** A field that holds one value. */
export interface ScalarField {
  readonly type: 'string' | 'boolean' | 'integer'
  readonly since?: SpecVersion
  /**
   * It can't be absent: what is not given is the zero value, and merging takes the child's value even then. `always`, or
   * until the version in which it became optional.
   */
  readonly isPlain?: 'always' | { readonly until: SpecVersion }
  /** A `null` leaves alone what an earlier one of the same key has given, as in plain fields; otherwise it takes it away. */
  readonly outlivesNull?: true
}

/** A field that holds an object. */
export interface ObjectField {
  readonly type: 'object'
  readonly since?: SpecVersion
  readonly schema: ObjectSchema
  /** Before this version `null` takes the object away without a word; otherwise it is as good as an empty one. */
  readonly mayBeNull?: { readonly until: SpecVersion }
}

/** A field that holds a list. */
export interface ListField {
  readonly type: 'list'
  readonly since?: SpecVersion
  readonly items: 'string' | ObjectSchema
  /** Lists of one object that share a key space: no key may occur twice in all of them. Absent for a space of its own. */
  readonly keySpace?: string
  /** Elements may repeat, and merging puts lists behind each other. */
  readonly mayRepeat?: boolean
}

/** How one field looks. */
export type Field = ScalarField | ObjectField | ListField

/**
 * How one kind of object looks. The fields stand in the order in which Ignition walks and writes them.
 *
 * `keyOf` tells elements of lists apart; absent where the object is never the element of a list with keys.
 */
export interface ObjectSchema {
  readonly name: ObjectName
  readonly fields: ReadonlyMap<string, Field>
  readonly keyOf?: (element: never) => string
}

/** Each kind of object, with its type. */
export interface ObjectTypes {
  config: types.IgnitionConfig
  ignition: types.IgnitionSection
  references: types.ConfigReferences
  /** A config or a certificate authority to fetch. */
  reference: types.Resource
  replacement: types.Resource
  authority: types.Resource
  /** Contents of a file or a key. */
  resource: types.Resource
  header: types.HttpHeader
  verification: types.Verification
  proxy: types.Proxy
  security: types.Security
  tls: types.Tls
  timeouts: types.Timeouts
  kernelArguments: types.KernelArguments
  passwd: types.Passwd
  passwdGroup: types.PasswdGroup
  passwdUser: types.PasswdUser
  storage: types.Storage
  owner: types.Owner
  directory: types.Directory
  file: types.File
  link: types.Link
  disk: types.Disk
  partition: types.Partition
  filesystem: types.Filesystem
  raid: types.Raid
  luks: types.Luks
  cex: types.Cex
  clevis: types.Clevis
  clevisCustom: types.ClevisCustom
  tang: types.Tang
  systemd: types.Systemd
  unit: types.Unit
  dropin: types.Dropin
}

/** The name of a kind of object. */
export type ObjectName = keyof ObjectTypes

type FieldOf<Value> = [Value] extends [string]
  ? ScalarField & { readonly type: 'string' }
  : [Value] extends [boolean]
    ? ScalarField & { readonly type: 'boolean' }
    : [Value] extends [types.Integer]
      ? ScalarField & { readonly type: 'integer' }
      : [Value] extends [readonly unknown[]]
        ? ListField
        : ObjectField

/** One entry for each property of the type, so that types and schema can't part. */
type FieldsOf<T> = { readonly [Key in keyof T]-?: FieldOf<NonNullable<T[Key]>> }

function object<Name extends ObjectName>(
  name: Name,
  fields: FieldsOf<ObjectTypes[Name]>,
  keyOf?: (element: ObjectTypes[Name]) => string,
): ObjectSchema {
  const schema = { name, fields: new Map(Object.entries<Field>(fields as Record<string, Field>)) }
  return keyOf ? { ...schema, keyOf } : schema
}

const string = { type: 'string' } as const
const plainString = { type: 'string', isPlain: 'always' } as const
const boolean = { type: 'boolean' } as const
const integer = { type: 'integer' } as const
const strings = { type: 'list', items: 'string' } as const
const repeatableStrings = { type: 'list', items: 'string', mayRepeat: true } as const

function list(items: ObjectSchema): ListField {
  return { type: 'list', items }
}

const verification = object('verification', { hash: string })
const header = object('header', { name: plainString, value: string }, ({ name }) => name)
const httpHeaders: ListField = { ...list(header), since: '3.1.0' }

/** Until 3.1 only the contents of files could be compressed. */
const referenceFields = {
  compression: { ...string, since: '3.1.0' },
  httpHeaders,
  source: string,
  verification: { type: 'object', schema: verification },
} as const
const reference = object('reference', referenceFields, ({ source = '' }) => source)
const replacement = object('replacement', referenceFields)
const authority = object(
  'authority',
  { ...referenceFields, source: { ...string, isPlain: { until: '3.1.0' } } },
  ({ source = '' }) => source,
)
const resource = object('resource', { ...referenceFields, compression: string })

const owner = object('owner', { id: integer, name: string })
const nodeFields = {
  group: { type: 'object', schema: owner },
  overwrite: boolean,
  path: plainString,
  user: { type: 'object', schema: owner },
} as const
const directory = object('directory', { ...nodeFields, mode: integer }, ({ path }) => path)
const file = object(
  'file',
  {
    ...nodeFields,
    append: { ...list(resource), mayRepeat: true },
    contents: { type: 'object', schema: resource },
    mode: integer,
  },
  ({ path }) => path,
)
const link = object(
  'link',
  { ...nodeFields, hard: boolean, target: { ...string, isPlain: { until: '3.3.0' } } },
  ({ path }) => path,
)

const partition = object(
  'partition',
  {
    guid: string,
    label: string,
    number: { ...integer, outlivesNull: true },
    resize: { ...boolean, since: '3.2.0' },
    shouldExist: boolean,
    sizeMiB: integer,
    startMiB: integer,
    typeGuid: string,
    wipePartitionEntry: boolean,
  },
  ({ number = 0, label }) => (Number(number) !== 0 ? `number:${number}` : label === undefined ? '' : `label:${label}`),
)
const disk = object(
  'disk',
  { device: plainString, partitions: list(partition), wipeTable: boolean },
  ({ device }) => device,
)
const filesystem = object(
  'filesystem',
  {
    device: plainString,
    format: string,
    label: string,
    mountOptions: { ...repeatableStrings, since: '3.1.0' },
    options: repeatableStrings,
    path: string,
    uuid: string,
    wipeFilesystem: boolean,
  },
  ({ device }) => device,
)
const raid = object(
  'raid',
  {
    devices: strings,
    level: { ...string, isPlain: { until: '3.3.0' } },
    name: plainString,
    options: repeatableStrings,
    spares: integer,
  },
  ({ name }) => name,
)

const tang = object(
  'tang',
  { advertisement: { ...string, since: '3.4.0' }, thumbprint: string, url: plainString },
  ({ url }) => url,
)
const clevisCustom = object('clevisCustom', {
  config: { ...string, isPlain: { until: '3.3.0' } },
  needsNetwork: boolean,
  pin: { ...string, isPlain: { until: '3.3.0' } },
})
const clevis = object('clevis', {
  custom: { type: 'object', schema: clevisCustom, mayBeNull: { until: '3.3.0' } },
  tang: list(tang),
  threshold: integer,
  tpm2: boolean,
})
const luks = object(
  'luks',
  {
    cex: { type: 'object', schema: object('cex', { enabled: boolean }), since: '3.5.0' },
    clevis: { type: 'object', schema: clevis, mayBeNull: { until: '3.3.0' } },
    device: string,
    discard: { ...boolean, since: '3.4.0' },
    keyFile: { type: 'object', schema: resource },
    label: string,
    name: plainString,
    openOptions: { ...strings, since: '3.4.0' },
    options: repeatableStrings,
    uuid: string,
    wipeVolume: boolean,
  },
  ({ name }) => name,
)

const passwdGroup = object(
  'passwdGroup',
  {
    gid: integer,
    name: plainString,
    passwordHash: string,
    shouldExist: { ...boolean, since: '3.2.0' },
    system: boolean,
  },
  ({ name }) => name,
)
const passwdUser = object(
  'passwdUser',
  {
    gecos: string,
    groups: strings,
    homeDir: string,
    name: plainString,
    noCreateHome: boolean,
    noLogInit: boolean,
    noUserGroup: boolean,
    passwordHash: string,
    primaryGroup: string,
    sshAuthorizedKeys: strings, // SSHAuthorizedKeys comes before Shell where Ignition sorts its names
    shell: string,
    shouldExist: { ...boolean, since: '3.2.0' },
    system: boolean,
    uid: integer,
  },
  ({ name }) => name,
)

const dropin = object('dropin', { contents: string, name: plainString }, ({ name }) => name)
const unit = object(
  'unit',
  { contents: string, dropins: list(dropin), enabled: boolean, mask: boolean, name: plainString },
  ({ name }) => name,
)

const references = object('references', {
  merge: list(reference),
  replace: { type: 'object', schema: replacement },
})
const tls = object('tls', { certificateAuthorities: list(authority) })
const ignition = object('ignition', {
  config: { type: 'object', schema: references },
  proxy: {
    type: 'object',
    since: '3.1.0',
    schema: object('proxy', { httpProxy: string, httpsProxy: string, noProxy: strings }),
  },
  security: { type: 'object', schema: object('security', { tls: { type: 'object', schema: tls } }) },
  timeouts: { type: 'object', schema: object('timeouts', { httpResponseHeaders: integer, httpTotal: integer }) },
  version: plainString,
})

const nodes = { keySpace: 'nodes' } as const
const storage = object('storage', {
  directories: { ...list(directory), ...nodes },
  disks: list(disk),
  files: { ...list(file), ...nodes },
  filesystems: list(filesystem),
  links: { ...list(link), ...nodes },
  luks: { ...list(luks), since: '3.2.0' },
  raid: list(raid),
})

/** A whole config. */
export const configSchema: ObjectSchema = object('config', {
  ignition: { type: 'object', schema: ignition },
  kernelArguments: {
    type: 'object',
    since: '3.3.0',
    schema: object('kernelArguments', {
      shouldExist: { ...strings, keySpace: 'arguments' },
      shouldNotExist: { ...strings, keySpace: 'arguments' },
    }),
  },
  passwd: { type: 'object', schema: object('passwd', { groups: list(passwdGroup), users: list(passwdUser) }) },
  storage: { type: 'object', schema: storage },
  systemd: { type: 'object', schema: object('systemd', { units: list(unit) }) },
})

const fieldsByVersion = new WeakMap<ObjectSchema, Map<SpecVersion, ReadonlyMap<string, Field>>>()

/** The fields that an object has in one spec version, in the order in which Ignition walks and writes them. */
export function fieldsOf(schema: ObjectSchema, version: SpecVersion): ReadonlyMap<string, Field> {
  const versions = fieldsByVersion.get(schema) ?? new Map<SpecVersion, ReadonlyMap<string, Field>>()
  fieldsByVersion.set(schema, versions)
  let fields = versions.get(version)
  if (!fields) {
    fields = new Map([...schema.fields].filter(([, { since = '3.0.0' }]) => isAtLeast(version, since)))
    versions.set(version, fields)
  }
  return fields
}

/** Whether a field can't be absent in the version: what is not given is then the zero value. */
export function isPlain(field: Field, version: SpecVersion): boolean {
  if (!('isPlain' in field) || field.isPlain === undefined) return false
  return field.isPlain === 'always' || !isAtLeast(version, field.isPlain.until)
}

/** Whether `null` takes the object away in the version, rather than being a warning and changing nothing. */
export function mayBeNull(field: ObjectField, version: SpecVersion): boolean {
  return field.mayBeNull !== undefined && !isAtLeast(version, field.mayBeNull.until)
}
