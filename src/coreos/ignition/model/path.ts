/** Where a value stands: keys and list indexes from the top of the config. */
export type IgnitionPath = readonly (string | number)[]

/** The path as Ignition's own reports write it: `$.storage.files.0.path`. */
export function formatIgnitionPath(path: IgnitionPath): string {
  return ['$', ...path].join('.')
}
