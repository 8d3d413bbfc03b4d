import { configSchema, type ObjectSchema } from './schema.ts'

/** Whether the values of a field can be shown: as they are, without what URLs carry besides a place, or not at all. */
export type Exposure = 'open' | 'url' | 'secret'

/**
 * Fields that carry password hashes, contents of files and units, values of HTTP headers and configs of clevis pins, and SSH
 * keys, among which a private one lands by mistake. A name is enough to tell: no two kinds of objects differ in this.
 */
const SECRET_FIELDS: readonly string[] = ['passwordhash', 'sshauthorizedkeys', 'contents', 'value', 'config']

/** URLs may have credentials before the host and in the query, and data URLs are contents. */
const URL_FIELDS: readonly string[] = ['source', 'url', 'httpproxy', 'httpsproxy']

let knownFields: ReadonlySet<string> | undefined

/** How far the value of a field may be shown, by the key in any case. What no spec version knows may be a slip: secret. */
export function exposureOf(key: string): Exposure {
  const name = key.toLowerCase()
  if (URL_FIELDS.includes(name)) return 'url'
  knownFields ??= valueFieldsOf(configSchema)
  return knownFields.has(name) && !SECRET_FIELDS.includes(name) ? 'open' : 'secret'
}

/** The names of all fields below that hold single values or lists of them. */
function valueFieldsOf(schema: ObjectSchema): Set<string> {
  const names = new Set<string>()
  for (const [name, field] of schema.fields) {
    const below = field.type === 'object' ? field.schema : field.type === 'list' ? field.items : 'string'
    if (below === 'string') names.add(name.toLowerCase())
    else for (const inner of valueFieldsOf(below)) names.add(inner)
  }
  return names
}
