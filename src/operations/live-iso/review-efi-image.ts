import { chunks, type Source } from '../../bytes/index.ts'

/** What the boot loader in an EFI image has to know of the image around it. */
export interface EfiSurroundings {
  readonly volumeId: string
  /** The directory in `EFI/` that holds GRUB's config. */
  readonly vendor: string
}

/**
 * Says what an EFI image does not seem to know. GRUB and its first config name the volume and the directory of the next in plain
 * text, so this looks for the text anywhere, without reading the file system.
 *
 * @returns whole sentences.
 */
export async function reviewEfiImage(
  efiImage: Source,
  { volumeId, vendor }: EfiSurroundings,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<readonly string[]> {
  const path = `/EFI/${vendor}`
  const found = await findTexts(efiImage, [volumeId, path], options)
  const notices: string[] = []
  if (!found.has(volumeId)) {
    notices.push(`${efiImage.name} does not name the volume ${volumeId}: a disk with the image may not boot by UEFI`)
  }
  if (!found.has(path)) {
    notices.push(`${efiImage.name} does not name the directory ${path}: its GRUB may not find the config there`)
  }
  return notices
}

/** Which of some ASCII texts a source contains. */
async function findTexts(
  source: Source,
  texts: readonly string[],
  { signal }: { readonly signal?: AbortSignal | undefined },
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  const overlap = Math.max(...texts.map((text) => text.length)) - 1
  const decoder = new TextDecoder('latin1') // a character for each byte
  let tail = ''
  for await (const chunk of chunks(source, { signal })) {
    const window = tail + decoder.decode(chunk)
    for (const text of texts) if (window.includes(text)) found.add(text)
    tail = window.slice(-overlap)
  }
  return found
}
