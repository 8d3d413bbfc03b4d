import { IoError } from '../../errors.ts'
import { readInput } from '../read-input.ts'

const MAX_BYTE_LENGTH = 16 * 1024 * 1024
const CERTIFICATE = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g

/**
 * The certificates of authorities that servers may be vouched for by: those built into Node, with `NODE_EXTRA_CA_CERTS`,
 * those of the system, to which companies add their own, and those in a file.
 *
 * @param caFile a PEM file.
 * @throws {IoError} `CA_FILE_INVALID` when the file holds no certificates, or damaged ones.
 */
export async function readTrustedCertificates(
  caFile: string | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const own = caFile === undefined ? [] : await readCertificates(caFile, signal)
  const { getCACertificates } = await import('node:tls')
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system'), ...own])]
}

async function readCertificates(path: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const bytes = await readInput(path, { maxByteLength: MAX_BYTE_LENGTH, signal })
  const certificates = new TextDecoder('latin1').decode(bytes).match(CERTIFICATE) ?? []
  const { X509Certificate } = await import('node:crypto')
  try {
    for (const certificate of certificates) new X509Certificate(certificate)
  } catch (cause) {
    throw unusable(path, 'holds a damaged certificate', cause)
  }
  if (certificates.length === 0) throw unusable(path, 'holds no certificates in PEM form')
  return certificates
}

function unusable(path: string, reason: string, cause?: unknown): IoError {
  return new IoError('CA_FILE_INVALID', `Cannot trust the authorities in ${path}: it ${reason}`, {
    cause,
    hint: 'Give a PEM file with CERTIFICATE blocks',
  })
}
