import { expect, it, type TestContext } from 'vitest'
import { encodeUtf8 } from '../../src/bytes/index.ts'
import { formatIgnitionPath, type IgnitionFinding, validateIgnition } from '../../src/index.ts'
import { readFixture } from '../support/fixtures.ts'

/** One finding as the cases have it; without a line where Ignition prints none. */
interface Diagnostic {
  readonly severity: string
  readonly path: string
  readonly line?: number
  readonly col?: number
  readonly kind: string
}

interface Case {
  readonly name: string
  readonly config: string
  readonly expect: 'ok' | 'warning' | 'error'
  readonly path: string
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Kinds that were derived from the words of Ignition's messages, and differ from what the rules call the same condition:
 * the warning of `null` in the place of an object was taken for one of an unknown key, and a complaint about a character in
 * the media type of a data URL for one of a character in JSON.
 */
const MISNAMED: Readonly<Record<string, { readonly from: string; readonly to: string }>> = {
  'null-object': { from: 'unused-key', to: 'tree-mismatch' },
  'null-list-element': { from: 'unused-key', to: 'tree-mismatch' },
  'data-b64-no-semicolon': { from: 'json-syntax', to: 'data-url-malformed' },
  'data-mediatype-noslash': { from: 'json-syntax', to: 'data-url-malformed' },
}

async function readCases(context: TestContext): Promise<readonly Case[]> {
  return JSON.parse(new TextDecoder().decode(await readFixture(context, 'ignition-cases.json')))
}

it('finds what is recorded of each case, in the order of Ignition', async (context) => {
  const cases = await readCases(context)
  expect(cases.length).toBeGreaterThanOrEqual(343)
  const differing = cases.flatMap(({ name, config, diagnostics }) => {
    const found = validateIgnition(encodeUtf8(config)).findings.map(diagnosticOf)
    const wanted = diagnostics.map((diagnostic) => correct(name, diagnostic))
    const [got, expected] = [settleUnusedKeys(found), settleUnusedKeys(wanted)]
    return got.join('\n') === expected.join('\n') ? [] : [{ name, got, expected }]
  })
  expect(differing).toEqual([])
})

it('comes to the verdict that is recorded of each case', async (context) => {
  const verdicts = { ok: 'nothing', warning: 'warning', error: 'error' } as const
  const differing = (await readCases(context)).flatMap(({ name, config, expect: expected, path }) => {
    const { findings, config: accepted } = validateIgnition(encodeUtf8(config))
    const worst = ['error', 'warning'].find((severity) => findings.some((finding) => finding.severity === severity))
    const isThere = findings.some((finding) => finding.severity === worst && diagnosticOf(finding).path === path)
    const isRight = (worst ?? 'nothing') === verdicts[expected] && (worst === undefined || isThere)
    return isRight && (accepted === undefined) === (expected === 'error') ? [] : [{ name, worst, expected, path }]
  })
  expect(differing).toEqual([])
})

it('has no other name for a condition where the cases are right', async (context) => {
  const cases = await readCases(context)
  for (const [name, { from }] of Object.entries(MISNAMED)) {
    expect(cases.find((found) => found.name === name)?.diagnostics.map(({ kind }) => kind)).toContain(from)
  }
})

function diagnosticOf({ severity, path, position, kind }: IgnitionFinding): Diagnostic {
  return {
    severity,
    path: path ? formatIgnitionPath(path) : '',
    ...(position ? { line: position.line, col: position.column } : {}),
    kind,
  }
}

function correct(name: string, diagnostic: Diagnostic): Diagnostic {
  const correction = MISNAMED[name]
  return correction?.from === diagnostic.kind ? { ...diagnostic, kind: correction.to } : diagnostic
}

/** One line for each; the unknown keys of one object, which Ignition puts in any order, sorted. */
function settleUnusedKeys(diagnostics: readonly Diagnostic[]): readonly string[] {
  const runs: string[][] = []
  let lastObject: string | undefined
  for (const { severity, path, line, col, kind } of diagnostics) {
    const object = kind === 'unused-key' ? path.slice(0, path.lastIndexOf('.')) : undefined
    const text = `${severity} ${path} ${line}:${col} ${kind}`
    if (object !== undefined && object === lastObject) runs.at(-1)?.push(text)
    else runs.push([text])
    lastObject = object
  }
  return runs.flatMap((run) => run.sort())
}
