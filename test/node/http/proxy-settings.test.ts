import { expect, it } from 'vitest'
import { findProxy } from '../../../src/node/http/proxy-settings.ts'

it.each([
  {
    list: '127.0.0.0/8',
    urls: ['http://127.9.9.9', 'https://127.0.0.1:8443'],
    not: ['http://128.0.0.1', 'http://127.0.0.1.a'],
  },
  {
    list: 'fd00::/8,[2001:db8::]/32',
    urls: ['http://[fd12::1]', 'http://[2001:db8::1]:80'],
    not: ['http://[fe80::1]'],
  },
  { list: '::1', urls: ['http://[::1]:8080'], not: ['http://[::2]'] },
  { list: '[::1]:8080', urls: ['http://[::1]:8080'], not: ['http://[::1]'] },
  { list: '10.0.0.1', urls: ['http://10.0.0.1'], not: ['http://210.0.0.1', 'http://10.0.0.10'] },
  { list: '.0.0.1, 127.0.0.1/33, 127.0.0.1/x', urls: [], not: ['http://127.0.0.1'] },
  { list: 'Example.com.', urls: ['http://example.com', 'https://a.b.EXAMPLE.com.'], not: ['http://anexample.com'] },
  { list: '.example.com', urls: ['http://example.com', 'http://a.example.com'], not: ['http://example.com.org'] },
  { list: '*.example.com', urls: ['http://a.example.com'], not: ['http://example.com'] },
  { list: 'a:443\tb , c:80', urls: ['https://a', 'http://b:8080', 'http://c'], not: ['http://a', 'https://c'] },
  { list: 'a,*', urls: ['http://b', 'http://1.2.3.4'], not: [] },
  { list: '*:8080', urls: ['http://b:8080'], not: ['http://b'] },
  { list: ' , ', urls: [], not: ['http://a'] },
])('findProxy leaves out the hosts of $list', ({ list, urls, not }) => {
  const env = { all_proxy: 'http://proxy.invalid', no_proxy: list }
  for (const url of urls) expect([url, findProxy(new URL(url), env)]).toEqual([url, undefined])
  for (const url of not) expect([url, findProxy(new URL(url), env)?.host]).toEqual([url, 'proxy.invalid'])
})
