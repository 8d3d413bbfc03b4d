/**
 * `npm run bench`: compares isokit with programs that do nothing but start, copy, decompress or parse, in one run and in turn.
 * `--json` prints the rows as JSON; words name groups to run (`start-up in-place copies minimal-iso customize decoders decompression network validation`).
 */
import {
  compareCopies,
  compareCustomization,
  compareDecoders,
  compareExtraction,
  compareInPlace,
  compareStartUp,
} from './comparisons.ts'
import { compareDecompression } from './decompression.ts'
import { type BenchInputs, createInputs } from './inputs.ts'
import { compareNetwork } from './network.ts'
import { formatReport, type Row } from './report.ts'
import { compareValidation } from './validation.ts'

const GROUPS: Readonly<Record<string, (inputs: BenchInputs) => readonly Row[] | Promise<readonly Row[]>>> = {
  'start-up': compareStartUp,
  'in-place': compareInPlace,
  copies: compareCopies,
  'minimal-iso': compareExtraction,
  customize: compareCustomization,
  decoders: compareDecoders,
  decompression: compareDecompression,
  network: compareNetwork,
  validation: compareValidation,
}

const words = process.argv.slice(2).filter((word) => word !== '--json')
const unknown = words.filter((word) => !(word in GROUPS))
if (unknown.length > 0)
  throw new Error(`There is no group ${unknown.join(', ')}; there are ${Object.keys(GROUPS).join(', ')}`)

await using inputs = await createInputs()
const rows: Row[] = []
for (const [name, compare] of Object.entries(GROUPS)) {
  if (words.length > 0 && !words.includes(name)) continue
  console.error(`measuring ${name} …`)
  rows.push(...(await compare(inputs)))
}
console.log(process.argv.includes('--json') ? JSON.stringify(rows, undefined, 2) : formatReport(rows))
