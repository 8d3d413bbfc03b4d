import type { ArtifactChoice } from '../../coreos/index.ts'
import { fetchStream } from '../../node/index.ts'
import { listStream } from '../../operations/index.ts'
import { type Command, defineCommand } from '../command.ts'
import { HTTP_OPTIONS, httpOptions } from '../http-options.ts'
import { oneLine } from '../one-line.ts'
import { STREAM_OPTIONS } from '../stream-options.ts'

/** `isokit list-stream` */
export const command: Command = defineCommand({
  summary: 'List the images that a stream has',
  examples: [{ summary: 'What there is for s390x', line: 'list-stream -s testing | grep s390x' }],
  arguments: {},
  options: { ...STREAM_OPTIONS, ...HTTP_OPTIONS },
  async run({ stream, streamBaseUrl: baseUrl, ...http }, context) {
    return listStream(await fetchStream(stream, { baseUrl, ...httpOptions(http, context) }))
  },
  present: formatTable,
})

/** As coreos-installer prints it, for scripts that cut it apart. */
function formatTable(images: readonly ArtifactChoice[]): string {
  const header: ArtifactChoice = { architecture: 'Architecture', platform: 'Platform', format: 'Format' }
  const rows = [header, ...images].map(({ architecture, platform, format }) => ({
    architecture: oneLine(architecture),
    platform: oneLine(platform),
    format: oneLine(format),
  }))
  const width = (key: keyof ArtifactChoice): number => Math.max(...rows.map((row) => row[key].length))
  const [architectureWidth, platformWidth] = [width('architecture'), width('platform')]
  return rows
    .map(({ architecture, platform, format }) =>
      [architecture.padEnd(architectureWidth), platform.padEnd(platformWidth), format].join('  '),
    )
    .join('\n')
}
