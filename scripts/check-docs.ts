/**
 * Holds the texts against the code: `npm run docs:check`. With `--write` it renews the generated tables of the README
 * instead of complaining about them (`npm run docs:write`).
 */
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import packageJson from '../package.json' with { type: 'json' }
import { listCommands } from '../src/cli/command-tree.ts'
import { rootGroup } from '../src/cli/commands/index.ts'
import { ERROR_CODES } from '../src/errors.ts'
import { findBrokenLinks } from './docs/links.ts'
import { formatTable, replaceSection } from './docs/sections.ts'
import { listExports } from './docs/undocumented.ts'

const TOP = new URL('../', import.meta.url)
const TEXTS = ['README.md', 'ARCHITECTURE.md', 'DECISIONS.md', 'CHANGELOG.md', 'CONTRIBUTING.md'] as const

const readText = (path: string): string => readFileSync(new URL(path, TOP), 'utf8')
const isThere = (path: string): boolean => existsSync(new URL(path, TOP))

/** A command is described by its definition, so its one export needs no second description. */
const isCommand = (path: string): boolean => path.startsWith('src/cli/commands/')

function checkExports(): readonly string[] {
  const modules = globSync('src/**/*.ts', { cwd: TOP }).map((path) => path.replaceAll('\\', '/'))
  return modules
    .filter((path) => !isCommand(path))
    .sort()
    .flatMap((path) =>
      listExports(readText(path))
        .filter(({ isDocumented }) => !isDocumented)
        .map(({ name, line }) => `${path}:${line} exports ${name} without a doc comment`),
    )
}

function checkTexts(): readonly string[] {
  const missing = TEXTS.filter((path) => !isThere(path)).map((path) => `${path} is missing`)
  const markdown = globSync('{*.md,{scripts,test,testdata}/**/*.md}', { cwd: TOP }).map((path) =>
    path.replaceAll('\\', '/'),
  )
  const targets = { exists: isThere, readMarkdown: (path: string) => (isThere(path) ? readText(path) : undefined) }
  const broken = markdown
    .sort()
    .flatMap((path) =>
      findBrokenLinks(path, readText(path), targets).map(
        ({ target, line }) => `${path}:${line} links to ${target}, which leads nowhere`,
      ),
    )
  return [...missing, ...broken]
}

function checkRecords(): readonly string[] {
  const problems: string[] = []
  if (isThere('CHANGELOG.md') && !/^## \[?Unreleased\]?$/m.test(readText('CHANGELOG.md'))) {
    problems.push('CHANGELOG.md has no section "Unreleased"')
  }
  if (!isThere('DECISIONS.md')) return problems
  const decisions = readText('DECISIONS.md')
  const packages = [...Object.keys(packageJson.dependencies), ...Object.keys(packageJson.devDependencies)]
  const undecided = packages.filter((name) => !decisions.includes(name))
  return [...problems, ...undecided.map((name) => `DECISIONS.md says nothing about the dependency ${name}`)]
}

/** The generated parts of the README, by the name of their markers. */
async function generateSections(): Promise<Readonly<Record<string, string>>> {
  const codes = Object.entries(ERROR_CODES).sort(([a], [b]) => (a < b ? -1 : 1))
  const commands = (await listCommands(rootGroup)).filter(({ hidden }) => !hidden)
  return {
    commands: formatTable(
      ['Command', 'Does'],
      commands.map(({ words, command }) => [`\`isokit ${words.join(' ')}\``, command.summary]),
    ),
    'error-codes': formatTable(
      ['Code', 'Meaning'],
      codes.map(([code, meaning]) => [`\`${code}\``, meaning]),
    ),
  }
}

async function checkSections(shallWrite: boolean): Promise<readonly string[]> {
  if (!isThere('README.md')) return []
  let text = readText('README.md')
  const problems: string[] = []
  for (const [name, content] of Object.entries(await generateSections())) {
    const renewed = replaceSection(text, name, content)
    if (renewed === undefined) problems.push(`README.md lacks <!-- ${name} --> … <!-- /${name} -->`)
    else if (renewed !== text && !shallWrite)
      problems.push(`README.md: the table "${name}" is not what the code says; run npm run docs:write`)
    text = renewed ?? text
  }
  if (shallWrite) writeFileSync(new URL('README.md', TOP), text)
  return problems
}

const shallWrite = process.argv.includes('--write')
const problems = [...(await checkSections(shallWrite)), ...checkExports(), ...checkTexts(), ...checkRecords()]
for (const problem of problems) console.error(problem)
console.log(problems.length === 0 ? 'The texts agree with the code' : `${problems.length} places to mend`)
process.exitCode = problems.length === 0 ? 0 : 1
