import { encodeUtf8 } from '../../../bytes/index.ts'
import {
  type IgnitionFinding,
  type IgnitionReport,
  reviewContents,
  reviewIgnition,
  reviewReferences,
  SPEC_VERSIONS,
} from '../../../coreos/index.ts'
import { UsageError } from '../../../errors.ts'
import { nodeCodecs as codecs } from '../../../node/index.ts'
import { type Command, defineCommand } from '../../command.ts'
import type { CommandContext } from '../../context.ts'
import { checkStdinIsNamedOnce, readIgnitionInput } from '../../ignition/read-ignition-input.ts'
import { compatReport } from '../../ignition-report/compat-report.ts'
import {
  countFindings,
  presentFindings,
  type ReviewedConfig,
  summarizeReview,
} from '../../ignition-report/present-report.ts'
import { reviewToJson } from '../../ignition-report/report-json.ts'

/** `isokit ignition validate` */
export const command: Command = defineCommand({
  summary: 'Check Ignition configs and show what is wrong where',
  description:
    'Applies all rules of Ignition for the spec version that a config names, and adds advice about what Ignition would take and what is hardly meant. Errors make the exit code 1, as with ignition-validate. Secrets in a config are not shown.\n\nUnder the name ignition-validate, isokit takes the arguments of that tool and reports in its format.',
  examples: [
    { summary: 'Check a config', line: 'ignition validate config.ign' },
    { summary: 'Check what Butane makes, for an older system', line: 'ignition validate --spec-max 3.3.0 -' },
  ],
  arguments: {
    files: {
      summary: 'Ignition configs to check, or - for stdin',
      valueName: 'FILE',
      variadic: true,
      atLeastOne: true,
    },
  },
  options: {
    strict: { type: 'boolean', summary: 'Let warnings fail as errors do; advice never does' },
    noAdvice: { type: 'boolean', summary: "Show Ignition's own errors and warnings only" },
    live: { type: 'boolean', summary: 'Advise for a config that goes into a live image' },
    specMax: {
      type: 'choice',
      choices: SPEC_VERSIONS,
      valueName: '<version>',
      summary: 'Newest spec version that the machines know',
      description: 'A config of a later version is an error.',
    },
    compat: { type: 'boolean', summary: 'Report in the format of ignition-validate' },
  },
  async run({ files, strict, noAdvice, live, specMax, compat }, context) {
    checkFiles(files, { compat })
    const reviews: ReviewedConfig[] = []
    for (const file of files) {
      const input = await readIgnitionInput(file, context)
      const options = {
        maxVersion: specMax,
        advice: noAdvice || compat ? 'none' : 'all',
        isForLiveSystem: live,
      } as const
      const report = reviewIgnition(input.bytes, options)
      const inside = options.advice === 'all' ? await lookInside(report, context) : []
      reviews.push({ ...input, report: { ...report, findings: [...report.findings, ...inside] } })
    }
    if (compat && !context.json) tellRefusals(reviews, context)
    return { reviews, strict, compat }
  },
  hasFailed: ({ reviews, strict }) =>
    reviews.some(({ report }) => {
      const { error, warning } = countFindings(report.findings)
      return error > 0 || (strict && warning > 0)
    }),
  toJson: ({ reviews }) => ({ files: reviews.map(reviewToJson) }),
  present: ({ reviews, strict, compat }, { paint }) => {
    const text = compat
      ? reviews.map(({ report }) => compatReport(report.findings).stdout).join('')
      : presentReviews(reviews, { strict, paint })
    return text === '' ? undefined : encodeUtf8(text) // painted, and printable already
  },
})

/** What Ignition sees at boot only: in contents and configs that are carried inline. */
async function lookInside(report: IgnitionReport, { signal }: CommandContext): Promise<readonly IgnitionFinding[]> {
  const contents = await reviewContents(report, { codecs, signal })
  return [...contents, ...(await reviewReferences(report, { codecs, signal }))]
}

function checkFiles(files: readonly string[], { compat }: { readonly compat: boolean }): void {
  checkStdinIsNamedOnce(files)
  if (compat && files.length > 1) {
    const message = `--compat reports on one config, and ${files.length} are given`
    throw new UsageError('COMMAND_LINE_INVALID', message, { hint: 'Check them one by one' })
  }
}

/** ignition-validate gives no report on what it can't tell the version of. */
function tellRefusals(reviews: readonly ReviewedConfig[], { report }: CommandContext): void {
  for (const review of reviews) {
    const { stderr } = compatReport(review.report.findings)
    if (stderr !== '') report({}, () => stderr.trimEnd())
  }
}

function presentReviews(
  reviews: readonly ReviewedConfig[],
  { strict, paint }: { readonly strict: boolean; readonly paint: CommandContext['paint'] },
): string {
  const texts = reviews.map((review, index) => {
    const { findings } = review.report
    const summary = `${summarizeReview(review, { strict })}\n`
    if (findings.length === 0) return summary
    return `${index > 0 ? '\n' : ''}${presentFindings(findings, review, paint)}\n\n${summary}`
  })
  return texts.join('')
}
