import { expect, it } from 'vitest'
import { firstFailure } from '../../src/node/index.ts'

it('is told, whatever fails while things are let go of', async () => {
  const failing = (name: string): AsyncDisposable => ({ [Symbol.asyncDispose]: () => Promise.reject(new Error(name)) })
  const work = async (): Promise<void> => {
    await using _outer = failing('outer')
    await using _inner = failing('inner')
    throw new Error('first')
  }
  const error = await work().catch((reason: unknown) => reason)
  expect(firstFailure(error)).toMatchObject({ message: 'first' })
})

it.each([new Error('only'), 'text', undefined])('is the error itself when nothing else failed: %s', (error) => {
  expect(firstFailure(error)).toBe(error)
})
