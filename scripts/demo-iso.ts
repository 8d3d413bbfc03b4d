/**
 * Writes a small demo live ISO: `npx node scripts/demo-iso.ts OUT.iso [--generation igninfo-2023] [--architecture aarch64]`.
 */
import { open } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { chunks } from '../src/bytes/index.ts'
import {
  buildLiveIso,
  type LiveIsoArchitecture,
  type LiveIsoGeneration,
  liveIsoArchitectures,
  liveIsoGenerations,
} from '../test/support/live-iso-builder.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { generation: { type: 'string' }, architecture: { type: 'string' } },
})
const [path, ...others] = positionals
const { generation, architecture } = values
if (path === undefined || others.length > 0) fail('Give one file to write')
if (generation !== undefined && !isGeneration(generation)) {
  fail(`There is no generation ${generation}, but ${liveIsoGenerations.join(', ')}`)
}
if (architecture !== undefined && !isArchitecture(architecture)) {
  fail(`There is no architecture ${architecture}, but ${liveIsoArchitectures.join(', ')}`)
}

const image = await buildLiveIso({ ...(generation && { generation }), ...(architecture && { architecture }) })
const output = await open(path, 'w')
try {
  for await (const chunk of chunks(image)) await output.writeFile(chunk)
} finally {
  await output.close()
}
console.log(`Wrote ${path} (${image.byteLength} bytes)`)

function isGeneration(text: string): text is LiveIsoGeneration {
  return liveIsoGenerations.some((generation) => generation === text)
}

function isArchitecture(text: string): text is LiveIsoArchitecture {
  return liveIsoArchitectures.some((architecture) => architecture === text)
}

function fail(message: string): never {
  console.error(`${message}\nUsage: node scripts/demo-iso.ts OUT.iso [--generation NAME] [--architecture NAME]`)
  process.exit(2)
}
