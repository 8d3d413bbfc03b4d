const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** A number of bytes for people: `512 B`, `1.5 KiB`, `4.0 GiB`. */
export function formatSize(byteLength: number): string {
  let size = byteLength
  let unit = 0
  // 1023.95 would round to 1024.0.
  while (size >= 1023.95 && unit < UNITS.length - 1) {
    size /= 1024
    unit++
  }
  return unit === 0 ? `${size} B` : `${size.toFixed(1)} ${UNITS[unit]}`
}
