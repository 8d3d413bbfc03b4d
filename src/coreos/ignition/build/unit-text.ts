import { encodeUtf8 } from '../../../bytes/index.ts'
import type { IgnitionPath } from '../model/path.ts'
import type { IgnitionConfig } from '../model/types.ts'
import type { BuildProblem } from './problems.ts'

/** Ignition's parser of units fails on lines of this length, though not always. */
const LONG_LINE_BYTE_LENGTH = 2048

/** The text with a newline at its end, without which its last line would go on in whatever follows. */
export function terminateText(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}

/** What is probably not meant in texts of units and drop-ins, though Ignition takes them. */
export function reviewUnitTexts({ systemd }: IgnitionConfig): readonly BuildProblem[] {
  return (systemd?.units ?? []).flatMap(({ contents = '', dropins = [] }, index) => {
    const path = ['systemd', 'units', index]
    return [
      ...reviewText(contents, [...path, 'contents']),
      ...dropins.flatMap((dropin, dropinIndex) =>
        reviewText(dropin.contents ?? '', [...path, 'dropins', dropinIndex, 'contents']),
      ),
    ]
  })
}

function reviewText(text: string, path: IgnitionPath): readonly BuildProblem[] {
  const problems: BuildProblem[] = []
  if (text.includes('\r\n')) {
    const message = 'lines end in CR and LF, so that a backslash at the end of a line does not continue it'
    problems.push({ path, message, hint: 'Save the text with LF alone' })
  }
  const lineIndex = text.split('\n').findIndex(isLong)
  if (lineIndex >= 0) {
    const message = `line ${lineIndex + 1} is ${LONG_LINE_BYTE_LENGTH} bytes or longer, which Ignition does not always take`
    problems.push({ path, message, hint: 'Break the line with a backslash' })
  }
  return problems
}

function isLong(line: string): boolean {
  const mayBeLong = line.length * 3 >= LONG_LINE_BYTE_LENGTH // UTF-8 takes at most three bytes for a unit of UTF-16
  return mayBeLong && encodeUtf8(line).byteLength >= LONG_LINE_BYTE_LENGTH
}
