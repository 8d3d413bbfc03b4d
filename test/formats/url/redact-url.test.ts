import { expect, it } from 'vitest'
import { redactUrl, redactUrls } from '../../../src/formats/url/index.ts'

it.each([
  { text: 'https://example.com/a/b.ign', is: 'https://example.com/a/b.ign' },
  { text: 'https://me:secret@example.com:8443/a', is: 'https://…@example.com:8443/a' },
  { text: 'https://example.com/a?token=secret', is: 'https://example.com/a?…' },
  { text: 'https://example.com/a#secret', is: 'https://example.com/a#…' },
  { text: 'data:,secret', is: 'data:…' },
  { text: 'arn:aws:s3:::bucket/key', is: 'arn:aws:s3:::bucket/key' },
  { text: 'mailto:secret', is: 'mailto:…' },
  { text: 'https://%zz', is: '…' },
  { text: 'a/b.raw?token=secret', is: 'a/b.raw?…' },
  { text: '/a#secret', is: '/a#…' },
  { text: '//me:secret@h/a', is: '//…@h/a' },
  { text: 'h:8080/a?token=secret', is: 'h:8080/a?…' },
  { text: '127.0.0.1:80', is: '127.0.0.1:80' },
  { text: 'me:secret@h/a', is: 'me:…' },
  { text: 'me:12345@h/a', is: 'me:…' },
])('redactUrl turns $text into $is', ({ text, is }) => {
  expect(redactUrl(text)).toBe(is)
})

it('redactUrls leaves out the same in a text, and nothing else', () => {
  const text = 'image-url: "https://a:b@h/x?y=1#z" # ?not#this\nsee a@b, http://h/a?b'
  expect(redactUrls(text)).toBe('image-url: "https://…@h/x?…#…" # ?not#this\nsee a@b, http://h/a?…')
})
