/**
 * A small assembler for WebAssembly: functions that give the bytes of instructions, with their operands as arguments, so
 * that programs read like expressions. Everything is a 32-bit integer unless the name says otherwise.
 *
 * Layout: WebAssembly Core Specification 1.0, 5.
 */

/** Instructions, as bytes in any nesting. */
export type Code = readonly (number | Code)[]

/** A function of a module: its parameters come first among its locals. */
export interface WasmFunction {
  readonly name: string
  /** What the parameters and the result are. */
  readonly parameters: readonly ValueType[]
  readonly result: ValueType
  /** Further locals, all zero at the start. */
  readonly locals: readonly ValueType[]
  readonly body: Code
}

/** The types of values. */
export type ValueType = 'i32' | 'i64'

const VALUE_TYPES: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e }
const NO_RESULT = 0x40
const END = 0x0b

const binary =
  (operation: number) =>
  (a: Code, b: Code): Code => [a, b, operation]

/** `a + b`, modulo 2^32. */
export const add: (a: Code, b: Code) => Code = binary(0x6a)
/** `a - b`, modulo 2^32. */
export const sub: (a: Code, b: Code) => Code = binary(0x6b)
/** `a * b`, modulo 2^32. */
export const mul: (a: Code, b: Code) => Code = binary(0x6c)
/** The bits that both have. */
export const and: (a: Code, b: Code) => Code = binary(0x71)
/** The bits that either has. */
export const or: (a: Code, b: Code) => Code = binary(0x72)
/** The bits that one of the two has. */
export const xor: (a: Code, b: Code) => Code = binary(0x73)
/** Shifts left. */
export const shl: (a: Code, b: Code) => Code = binary(0x74)
/** Shifts right, with copies of the sign. */
export const shrSigned: (a: Code, b: Code) => Code = binary(0x75)
/** Shifts right, with zeros. */
export const shr: (a: Code, b: Code) => Code = binary(0x76)
/** 1 when both are the same, else 0. */
export const equal: (a: Code, b: Code) => Code = binary(0x46)
/** 1 when `a < b`, both unsigned, else 0. */
export const less: (a: Code, b: Code) => Code = binary(0x49)
/** 1 when `a > b`, both unsigned, else 0. */
export const greater: (a: Code, b: Code) => Code = binary(0x4b)
/** 1 when `a >= b`, both unsigned, else 0. */
export const atLeast: (a: Code, b: Code) => Code = binary(0x4f)
/** `a ^ b` of 64-bit integers. */
export const xor64: (a: Code, b: Code) => Code = binary(0x85)
/** Shifts a 64-bit integer right, with zeros. */
export const shr64: (a: Code, b: Code) => Code = binary(0x88)

/** The lower half of a 64-bit integer. */
export const wrap = (value: Code): Code => [value, 0xa7]
/** An unsigned integer as one of 64 bits. */
export const extend = (value: Code): Code => [value, 0xad]

/** A constant. */
export const constant = (value: number): Code => [0x41, signedLeb(value)]
/** A 64-bit constant. */
export const constant64 = (value: number): Code => [0x42, signedLeb(value)]
/** The value of a local. */
export const get = (local: number): Code => [0x20, unsignedLeb(local)]
/** Gives a local a value. */
export const set = (local: number, value: Code): Code => [value, 0x21, unsignedLeb(local)]

/** `a` when the condition holds, else `b`; both are evaluated. */
export const select = (condition: Code, a: Code, b: Code): Code => [a, b, condition, 0x1b]

/** The byte at an address. */
export const load8 = (address: Code, offset = 0): Code => [address, 0x2d, 0, unsignedLeb(offset)]
/** The 16-bit integer at an address, little-endian. */
export const load16 = (address: Code, offset = 0): Code => [address, 0x2f, 0, unsignedLeb(offset)]
/** The integer at an address, little-endian. */
export const load32 = (address: Code, offset = 0): Code => [address, 0x28, 0, unsignedLeb(offset)]
/** The 64-bit integer at an address, little-endian. */
export const load64 = (address: Code, offset = 0): Code => [address, 0x29, 0, unsignedLeb(offset)]
/** Stores the lowest byte of a value. */
export const store8 = (address: Code, value: Code): Code => [address, value, 0x3a, 0, 0]
/** Stores the lower 16 bits of a value, little-endian. */
export const store16 = (address: Code, value: Code, offset = 0): Code => [address, value, 0x3b, 0, unsignedLeb(offset)]
/** Stores a value, little-endian. */
export const store32 = (address: Code, value: Code, offset = 0): Code => [address, value, 0x36, 0, unsignedLeb(offset)]

/** Runs one of two bodies, by whether the condition holds. */
export const when = (condition: Code, then: Code, otherwise: Code = []): Code => [
  condition,
  0x04,
  NO_RESULT,
  then,
  otherwise.length > 0 ? [0x05, otherwise] : [],
  END,
]
/** Runs the body while the condition holds, which is looked at before it. */
export const whileLoop = (condition: Code, body: Code): Code => [
  0x03,
  NO_RESULT,
  when(condition, [body, 0x0c, 1]), // goes on with the loop, the second block from here
  END,
]
/** Runs the body, and again while the condition holds. */
export const repeatWhile = (condition: Code, body: Code): Code => [0x03, NO_RESULT, body, condition, 0x0d, 0, END]
/** Ends the function with a result. */
export const giveBack = (value: Code): Code => [value, 0x0f]

/** A module of these functions that works on the memory it is given as `env.memory`. */
export function assembleModule(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters, result }) => [
    0x60,
    vector(parameters.map((type) => VALUE_TYPES[type])),
    vector([VALUE_TYPES[result]]),
  ])
  const memory = [text('env'), text('memory'), 0x02, 0x00, unsignedLeb(1)]
  const exported = functions.map(({ name }, index) => [text(name), 0x00, unsignedLeb(index)])
  const bodies = functions.map(({ locals, body }) => {
    const declared = vector(locals.map((type) => [1, VALUE_TYPES[type]]))
    return sized([declared, body, END])
  })
  return Uint8Array.from(
    flatten([
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, vector(types)),
      section(2, vector([memory])),
      section(3, vector(functions.map((_, index) => unsignedLeb(index)))),
      section(7, vector(exported)),
      section(10, vector(bodies)),
    ]),
  )
}

function section(id: number, content: Code): Code {
  return [id, sized(content)]
}

function sized(content: Code): Code {
  const bytes = flatten(content)
  return [unsignedLeb(bytes.length), bytes]
}

function vector(items: Code): Code {
  return [unsignedLeb(items.length), items]
}

function text(value: string): Code {
  return vector([...new TextEncoder().encode(value)])
}

function flatten(code: Code): number[] {
  return code.flatMap((part) => (typeof part === 'number' ? [part] : flatten(part)))
}

function unsignedLeb(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, unsignedLeb(value >>> 7)]
}

function signedLeb(value: number): Code {
  const isLast = value >= -0x40 && value < 0x40
  return isLast ? [value & 0x7f] : [(value & 0x7f) | 0x80, signedLeb(value >> 7)]
}
