import { expect, it } from 'vitest'
import { IoError } from '../../src/errors.ts'
import { checkOutput, createOutput, openFile, readInput, readNetworkDirectory } from '../../src/node/index.ts'
import { useDirectory } from '../support/use-directory.ts'

const directory = useDirectory()

it.each<{ name: string; code: string; work: () => Promise<unknown> }>([
  { name: 'an image that is not there', code: 'FILE_NOT_FOUND', work: () => openFile(directory.path('none')) },
  { name: 'a config that is not there', code: 'FILE_NOT_FOUND', work: () => readInput(directory.path('none')) },
  { name: 'a folder as a config', code: 'IS_A_DIRECTORY', work: () => readInput(directory.path('.')) },
  {
    name: 'network settings that are not there',
    code: 'FILE_NOT_FOUND',
    work: () => readNetworkDirectory(directory.path('none'), undefined),
  },
  {
    name: 'an output in a folder that is not there',
    code: 'FILE_NOT_FOUND',
    work: () => createOutput(directory.path('none/a')),
  },
  {
    name: 'the same before the work begins',
    code: 'FILE_NOT_FOUND',
    work: () => checkOutput(directory.path('none/a')),
  },
  { name: 'a folder as an output', code: 'IS_A_DIRECTORY', work: () => checkOutput(directory.path('.')) },
])('says how to mend $name', async ({ code, work }) => {
  const error = await work().catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(IoError)
  expect(error).toMatchObject({ code, hint: expect.stringMatching(/^[A-Z]/) })
})
