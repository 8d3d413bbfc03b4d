import { UsageError } from '../../errors.ts'

/** A console of the installed system, for its kernel and its boot loader. */
export type ConsoleSpec =
  | { readonly kind: 'graphical'; readonly device: 'tty0' | 'hvc0' | 'ttysclp0' }
  | {
      readonly kind: 'serial'
      /** `ttyS0`, `ttyAMA1` and so on. */
      readonly device: string
      /** Bits per second. */
      readonly speed: number
      readonly parity: 'n' | 'o' | 'e'
      readonly dataBits: 5 | 6 | 7 | 8
    }

const GRAPHICAL_DEVICES = ['tty0', 'hvc0', 'ttysclp0'] as const
const SERIAL = /^(ttyS|ttyAMA)([0-9]+)(?:,([0-9]+)(?:([noe])([5-8])?)?)?$/
const MAX_UNIT = 255
const MAX_SPEED = 0xffff_ffff
const DEFAULT_SPEED = 9600

/**
 * Parses a console spec: `tty0`, or a serial port with `SPEED[PARITY[BITS]]`, as `ttyS0,115200n8`.
 *
 * @throws {UsageError} `CONSOLE_INVALID`
 */
export function parseConsoleSpec(text: string): ConsoleSpec {
  const graphical = GRAPHICAL_DEVICES.find((device) => device === text)
  if (graphical) return { kind: 'graphical', device: graphical }
  const match = SERIAL.exec(text)
  const unit = Number(match?.[2])
  const speed = Number(match?.[3] ?? DEFAULT_SPEED)
  if (!match || unit > MAX_UNIT || speed > MAX_SPEED) throw invalid(text)
  const parity = (match[4] ?? 'n') as 'n' | 'o' | 'e'
  const dataBits = Number(match[5] ?? 8) as 5 | 6 | 7 | 8
  return { kind: 'serial', device: `${match[1]}${unit}`, speed, parity, dataBits }
}

/** The spec with all its parts, as the installer writes it: `ttyS0` is `ttyS0,9600n8`. */
export function formatConsoleSpec(spec: ConsoleSpec): string {
  return spec.kind === 'graphical' ? spec.device : `${spec.device},${spec.speed}${spec.parity}${spec.dataBits}`
}

function invalid(text: string): UsageError {
  const [prefix] = /^(?:console=|\/dev\/)/.exec(text) ?? []
  const message = `invalid or unsupported console argument ${JSON.stringify(text)}`
  const hint = prefix
    ? `Leave out the ${prefix} in front`
    : 'Give tty0, hvc0, ttysclp0, or a serial port such as ttyS0,115200n8'
  return new UsageError('CONSOLE_INVALID', message, { hint })
}
