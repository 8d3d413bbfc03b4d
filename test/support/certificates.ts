import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A server's key and certificate, and the authority that vouches for it. */
export interface TestCertificates {
  readonly key: string
  readonly cert: string
  /** The PEM file of the authority. */
  readonly caFile: string
}

/** Makes an authority and a certificate for 127.0.0.1, with openssl. */
export function makeCertificates(directory: string): TestCertificates {
  const path = (name: string): string => join(directory, name)
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  }
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const authority = ['-keyout', path('ca.key'), '-out', path('ca.pem')]
  openssl('req', '-x509', ...newKey, ...authority, '-subj', '/CN=isokit test authority', '-days', '2')
  openssl('req', ...newKey, '-keyout', path('key.pem'), '-out', path('request.pem'), '-subj', '/CN=isokit test')
  writeFileSync(path('extensions'), 'subjectAltName=IP:127.0.0.1\n')
  const signing = ['-CA', path('ca.pem'), '-CAkey', path('ca.key'), '-CAcreateserial', '-extfile', path('extensions')]
  openssl('x509', '-req', '-in', path('request.pem'), ...signing, '-out', path('cert.pem'), '-days', '2')
  const text = (name: string): string => readFileSync(path(name), 'utf8')
  return { key: text('key.pem'), cert: text('cert.pem'), caFile: path('ca.pem') }
}
