import fc from 'fast-check'
import { type Anything, oneOf, type Tastes } from './tastes.ts'
import { sources } from './urls.ts'
import { anyText, hashes } from './values.ts'

/** The kinds of objects that say where to fetch something. */
export interface Resources {
  /** Contents of files and keys. */
  readonly contents: Anything
  /** Contents that have a source. */
  readonly sourced: Anything
  readonly reference: Anything
  readonly replacement: Anything
  readonly authority: Anything
}

/** Resources: with headers only where HTTP is spoken, and with hashes only where there is something to hash. */
export function resourcesOf(tastes: Tastes): Resources {
  const urls = sources([
    ...(tastes.has('3.2.0') ? ['gs://b/k'] : []),
    ...(tastes.has('3.4.0') ? ['arn:aws:s3:::b/k', 'arn:aws:s3:r:1:accesspoint/a/object/b?versionId=1'] : []),
  ])
  const compression = tastes.pick({ good: oneOf('', 'gzip'), odd: oneOf('GZIP', 'xz', ' ') })
  const hash = tastes.pick(hashes(tastes.has('3.1.0')), 2)
  const verification = tastes.object({}, { hash })
  const header = tastes.object(
    { name: oneOf('A', 'B', 'a', 'Accept') },
    { value: tastes.pick({ good: anyText.filter((text) => text !== ''), odd: fc.constant('') }) },
  )
  const headers = tastes.list(header, ({ name }: { name?: string }) => name ?? '')
  const httpHeaders = tastes.since('3.1.0', { httpHeaders: headers })

  const isNew = tastes.since('3.1.0', { compression })
  const sourced = (compressed: typeof isNew, { mayBeEmpty = true } = {}): Anything => {
    const filled = <T>(url: fc.Arbitrary<T>): fc.Arbitrary<T> =>
      mayBeEmpty ? url : url.filter((text) => String(text) !== '')
    const http = tastes.object({ source: urls.http }, { ...compressed, verification, ...httpHeaders })
    const other = tastes.object({ source: filled(urls.good) }, { ...compressed, verification })
    const source = tastes.maybe(urls.odd)
    const any = tastes.object({}, { source, ...compressed, verification, ...httpHeaders })
    return tastes.pick({ good: fc.oneof(http, other), odd: any }, 2)
  }
  const withoutSource = (compressed: typeof isNew): Anything => tastes.object({}, compressed)
  const either = (compressed: typeof isNew): Anything => fc.oneof(sourced(compressed), withoutSource(compressed))

  const inContents = { compression }
  return {
    contents: either(inContents),
    sourced: sourced(inContents),
    // until 3.1.0, an entry without a source passed
    reference: sourced(isNew, { mayBeEmpty: false }),
    replacement: either(isNew),
    authority: sourced(isNew, { mayBeEmpty: false }),
  }
}
