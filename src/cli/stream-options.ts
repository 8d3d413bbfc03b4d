/** Options of commands that look into a stream. */
export const STREAM_OPTIONS = {
  stream: {
    type: 'string',
    short: 's',
    valueName: '<name>',
    default: 'stable',
    summary: 'Stream to look into',
    completes: 'nothing',
  },
  streamBaseUrl: {
    type: 'string',
    valueName: '<URL>',
    summary: 'Where the metadata of streams is',
    description: 'The name of the stream and .json are put behind it, as into a directory.',
  },
} as const
