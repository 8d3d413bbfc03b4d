import { expect, it } from 'vitest'
import { redactUrl } from '../../../src/formats/url/index.ts'

it.each([
  { text: 'https://example.com/a/b.ign', is: 'https://example.com/a/b.ign' },
  { text: 'https://me:secret@example.com:8443/a', is: 'https://…@example.com:8443/a' },
  { text: 'https://example.com/a?token=secret', is: 'https://example.com/a?…' },
  { text: 'https://example.com/a#secret', is: 'https://example.com/a#…' },
  { text: 'data:,secret', is: 'data:…' },
  { text: 'arn:aws:s3:::bucket/key', is: 'arn:aws:s3:::bucket/key' },
  { text: 'mailto:secret', is: 'mailto:…' },
  { text: 'https://%zz', is: '…' },
])('redactUrl turns $text into $is', ({ text, is }) => {
  expect(redactUrl(text)).toBe(is)
})
