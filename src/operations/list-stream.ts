import type { ArtifactChoice, StreamMetadata } from '../coreos/index.ts'

/** Lists which images a stream has, each once, sorted by architecture, platform and format. */
export function listStream({ artifacts }: StreamMetadata): readonly ArtifactChoice[] {
  const images = new Map(
    artifacts.map(({ architecture, platform, format }) => [
      JSON.stringify([architecture, platform, format]),
      { architecture, platform, format },
    ]),
  )
  return [...images.values()] // in the order in which they came first, which is sorted
}
