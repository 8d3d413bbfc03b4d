import { formatIgnitionPath, type MergedIgnition, valuePaths } from '../../coreos/index.ts'
import { oneLine } from '../one-line.ts'
import { type OriginJson, originToJson } from './present-merge.ts'

/** Where one value of a merged config comes from, as `--json` gives it. */
export interface ProvenanceJson {
  readonly path: string
  readonly origins: readonly OriginJson[]
}

/** The left column is this wide at most; longer paths push their origins to the right. */
const MAX_PATH_WIDTH = 60

/** Where every single value of a merged config comes from, in the order in which the config is written. */
export function provenanceOf({ config, originsOf }: MergedIgnition): readonly ProvenanceJson[] {
  return valuePaths(config).map((path) => {
    return { path: formatIgnitionPath(path), origins: originsOf(path).map(originToJson) }
  })
}

/** Words provenance as a table: a value a line, with the files, lines and columns that it comes from. */
export function presentProvenance(rows: readonly ProvenanceJson[]): string {
  const longest = rows.reduce((width, { path }) => Math.max(width, path.length), 0)
  const width = Math.min(longest, MAX_PATH_WIDTH)
  return rows
    .map(({ path, origins }) => `${oneLine(path).padEnd(width)} ← ${origins.map(describeOrigin).join(', ')}\n`)
    .join('')
}

function describeOrigin({ file, line, column }: OriginJson): string {
  return oneLine(line === null ? file : `${file}:${line}:${column}`)
}
