import { styleText } from 'node:util'
import type { Host } from './context.ts'
import type { ColorChoice } from './global-options.ts'

/** What texts are painted with. */
export type Style = 'red' | 'yellow' | 'cyan' | 'blue' | 'bold'

/** Puts a text between the escape sequences of a style, or gives it back where there are no colours. */
export type Paint = (style: Style, text: string) => string

/** Paints what goes to an output: as the user chose, or on a terminal that has colours. */
export function createPaint(choice: ColorChoice, output: { readonly isTerminal: boolean }, env: Host['env']): Paint {
  let isColored: boolean | undefined
  return (style, text) => {
    // Asked for with the first text: a terminal takes milliseconds to know, and most commands say nothing.
    isColored ??= usesColor(choice, output, env)
    return isColored ? styleText(style, text, { validateStream: false }) : text
  }
}

function usesColor(choice: ColorChoice, output: { readonly isTerminal: boolean }, env: Host['env']): boolean {
  if (choice !== 'auto') return choice === 'always'
  return output.isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
}
