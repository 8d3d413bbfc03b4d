import { describe, expect, it } from 'vitest'
import { parsePartitionRanges } from '../../../src/coreos/index.ts'
import { partitionFilter } from '../../../src/operations/index.ts'

const NO_END = Number.POSITIVE_INFINITY

describe('parsePartitionRanges', () => {
  it.each([
    { text: '5', ranges: [[5, 5]] },
    { text: '05', ranges: [[5, 5]] },
    { text: '5-7', ranges: [[5, 7]] },
    { text: '5-5', ranges: [[5, 5]] },
    { text: '15-', ranges: [[15, NO_END]] },
    { text: '-7', ranges: [[1, 7]] },
    { text: '4294967295', ranges: [[4294967295, 4294967295]] },
    {
      text: '1,3-5,7-,-2',
      ranges: [
        [1, 1],
        [3, 5],
        [7, NO_END],
        [1, 2],
      ],
    },
  ])('reads $text', ({ text, ranges }) => {
    expect(parsePartitionRanges(text).map(({ first, last }) => [first, last])).toEqual(ranges)
  })

  it.each([
    { text: '', says: 'no range' },
    { text: '-', says: 'no range' },
    { text: '--', says: 'no range' },
    { text: '-2-3', says: 'no range' },
    { text: '2-3-', says: 'no range' },
    { text: '23q', says: 'no range' },
    { text: '0x7', says: 'no range' },
    { text: '23-45.7', says: 'no range' },
    { text: ' 1', says: 'no range' },
    { text: '1,', says: 'no range' },
    { text: '0', says: 'start at 1' },
    { text: '0-', says: 'start at 1' },
    { text: '-0', says: 'start at 1' },
    { text: '9-7', says: 'ends before' },
    { text: '4294967296', says: 'too large' },
    { text: '1-4294967296', says: 'too large' },
    { text: '4294967296-', says: 'too large' },
  ])('refuses $text', ({ text, says }) => {
    const error = { code: 'PARTITION_FILTER_INVALID', message: expect.stringContaining(says), hint: expect.any(String) }
    expect(() => parsePartitionRanges(text)).toThrow(expect.objectContaining(error))
  })
})

describe('partitionFilter', () => {
  const partitions = [
    { number: 1, name: '' },
    { number: 2, name: 'data' },
    { number: 3, name: 'data2' },
    { number: 4, name: 'root' },
    { number: 128, name: 'DATA' },
  ]

  it.each([
    { labels: ['data'], takes: [2] },
    { labels: ['data*'], takes: [2, 3] },
    { labels: ['data?'], takes: [3] },
    { labels: ['[dr]*'], takes: [2, 3, 4] },
    { labels: ['*'], takes: [1, 2, 3, 4, 128] },
    { labels: [''], takes: [1] },
    { labels: ['nothing'], takes: [] },
    { labels: ['data,root'], takes: [2, 4] },
    { labels: ['data', 'root'], takes: [2, 4] },
    { indexes: ['2-3'], takes: [2, 3] },
    { indexes: ['4-'], takes: [4, 128] },
    { indexes: ['-2'], takes: [1, 2] },
    { indexes: ['1,128'], takes: [1, 128] },
    { labels: ['root'], indexes: ['1'], takes: [1, 4] },
  ])('takes $takes by labels $labels and indexes $indexes', ({ takes, ...options }) => {
    const filter = partitionFilter(options)
    expect(filter.isEmpty).toBe(false)
    expect(partitions.filter(filter.matches).map(({ number }) => number)).toEqual(takes)
  })

  it('tells what takes no partition, whatever else does', () => {
    const { findUnmatched } = partitionFilter({ labels: ['data*,var', '[x]'], indexes: ['4,6', '7-9,5-', '129-'] })
    expect(findUnmatched(partitions)).toEqual([
      'the label "var"',
      'the label "[x]"',
      'number 6',
      'a number from 7 to 9',
      'a number from 129 on',
    ])
    expect(partitionFilter({}).findUnmatched(partitions)).toEqual([])
  })

  it('knows that nothing is asked for', () => {
    for (const options of [{}, { labels: [] }, { labels: [], indexes: [] }]) {
      expect(partitionFilter(options).isEmpty).toBe(true)
      expect(partitions.filter(partitionFilter(options).matches)).toEqual([])
    }
  })

  it.each([
    { options: { labels: ['[a'] }, code: 'GLOB_INVALID' },
    { options: { labels: ['[a,b]'] }, code: 'GLOB_INVALID' },
    { options: { indexes: ['1', '0'] }, code: 'PARTITION_FILTER_INVALID' },
  ])('refuses $options', ({ options, code }) => {
    expect(() => partitionFilter(options)).toThrow(expect.objectContaining({ code }))
  })
})
