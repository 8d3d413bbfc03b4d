import {
  add,
  and,
  atLeast,
  type Code,
  constant,
  constant64,
  extend,
  get,
  load8,
  load64,
  set,
  shl,
  shr64,
  sub,
  type WasmFunction,
  whileLoop,
  wrap,
  xor64,
} from './assembler.ts'

/** Bytes that one step takes, and tables: table n moves the CRC over a byte with n more behind it. */
export const CRC64_STEP = 8
const TABLE_BYTE_LENGTH: number = 256 * 8
/** Bytes of all tables, which are at the start of the memory. */
export const CRC64_TABLES_BYTE_LENGTH: number = CRC64_STEP * TABLE_BYTE_LENGTH

const [POSITION, END, CRC, MIXED] = [0, 1, 2, 3]
const position: Code = get(POSITION)
const crc: Code = get(CRC)
const mixed: Code = get(MIXED)

function lookUp(table: number, byte: Code): Code {
  return load64(shl(byte, constant(3)), table * TABLE_BYTE_LENGTH)
}

/** The byte with this index, of eight. */
function byteOf(value: Code, index: number): Code {
  return and(wrap(shr64(value, constant64(8 * index))), constant(0xff))
}

const atOnce: Code = Array.from({ length: CRC64_STEP }, (_, index) =>
  lookUp(CRC64_STEP - 1 - index, byteOf(mixed, index)),
).reduce((sum, entry) => xor64(sum, entry))

/** `crc64(position, end, crc)`: goes on with a CRC, which is inverted before and after, over bytes of the memory. */
export const crc64Program: WasmFunction = {
  name: 'crc64',
  parameters: ['i32', 'i32', 'i64'],
  result: 'i64',
  locals: ['i64'],
  body: [
    whileLoop(atLeast(sub(get(END), position), constant(CRC64_STEP)), [
      set(MIXED, xor64(crc, load64(position))),
      set(CRC, atOnce),
      set(POSITION, add(position, constant(CRC64_STEP))),
    ]),
    whileLoop(sub(get(END), position), [
      set(MIXED, xor64(crc, extend(load8(position)))),
      set(CRC, xor64(lookUp(0, byteOf(mixed, 0)), shr64(crc, constant64(8)))),
      set(POSITION, add(position, constant(1))),
    ]),
    crc,
  ],
}
