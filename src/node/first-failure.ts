/**
 * The failure that came first. Where letting go of something fails after another failure, `await using` throws an error that
 * speaks of neither and has both.
 */
export function firstFailure(error: unknown): unknown {
  let first = error
  // By its name, since not every Node that isokit runs on has the class.
  while (first instanceof Error && first.name === 'SuppressedError' && 'suppressed' in first) first = first.suppressed
  return first
}
