import { FormatError } from '../../errors.ts'

/** The error for damage at an offset of an xz stream. */
export function corruptXz({ name }: { readonly name: string }, offset: number, problem: string): FormatError {
  return new FormatError('COMPRESSED_DATA_CORRUPT', `The xz data at offset ${offset} of ${name} is damaged: ${problem}`)
}
