import { formatSize } from '../format-size.ts'
import { joinFacts, nameList, type StepOf, type StepText } from './step-text.ts'

/** Something that is fetched, or a config or certificates that come with the config. */
export function wordFetch({ purpose, for: name = '', resource }: StepOf<'fetch'>): StepText {
  const { url, byteLength, isCompressed, sha256, verification, headers } = resource
  const place =
    url === undefined
      ? joinFacts(['in the config itself', byteLength !== undefined && formatSize(byteLength)])
      : `${url} (needs the network)`
  return {
    line: `${wordPurpose(purpose, name)}: ${place}`,
    facts: [
      isCompressed && url !== undefined ? 'compressed with gzip' : '',
      nameList('with HTTP headers', headers),
      sha256 === undefined ? '' : `sha256 ${sha256}`,
      verification === undefined ? '' : `has to be ${verification}`,
    ],
  }
}

function wordPurpose(purpose: StepOf<'fetch'>['purpose'], name: string): string {
  switch (purpose) {
    case 'merge':
      return 'config to merge'
    case 'replace':
      return 'config in the place of this one'
    case 'certificate-authority':
      return 'certificates'
    case 'key-file':
      return `key of the volume ${name}`
    case 'contents':
      return `contents of ${name}`
    case 'append':
      return `appended to ${name}`
  }
}
