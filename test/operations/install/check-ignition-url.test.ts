import { expect, it } from 'vitest'
import { checkIgnitionUrl } from '../../../src/operations/index.ts'

it.each([
  { url: 'https://example.com/a.ign', is: 'accepted' },
  { url: 'HTTPS://example.com/a.ign', is: 'accepted' },
  { url: 'http://example.com/a.ign', is: 'URL_INSECURE' },
  { url: 'http://example.com/a.ign', hasHash: true, is: 'accepted' },
  { url: 'http://example.com/a.ign', isInsecure: true, is: 'accepted' },
  { url: 'ftp://example.com/a.ign', hasHash: true, isInsecure: true, is: 'URL_INVALID' },
  { url: 'a.ign', isInsecure: true, is: 'URL_INVALID' },
  { url: 'https://%zz', is: 'URL_INVALID' },
])('checkIgnitionUrl says $is to $url', ({ url, hasHash = false, isInsecure = false, is }) => {
  const check = (): void => checkIgnitionUrl(url, { hasHash, isInsecure })
  if (is === 'accepted') expect(check).not.toThrow()
  else expect(check).toThrow(expect.objectContaining({ code: is }))
})
