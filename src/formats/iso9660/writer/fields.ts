import type { FieldWriter } from '../../../bytes/index.ts'

/** A number in both byte orders, little-endian first (ECMA-119, 7.3.3). */
export function putU32Both(writer: FieldWriter, value: number): FieldWriter {
  return writer.u32le(value).u32be(value)
}

/** A number in both byte orders, little-endian first (ECMA-119, 7.2.3). */
export function putU16Both(writer: FieldWriter, value: number): FieldWriter {
  return writer.u16le(value).u16be(value)
}

/** The seven-byte time of directory records and Rock Ridge, in UTC (ECMA-119, 9.1.5). */
export function putRecordTime(writer: FieldWriter, time: Date): FieldWriter {
  return writer
    .u8(time.getUTCFullYear() - 1900)
    .u8(time.getUTCMonth() + 1)
    .u8(time.getUTCDate())
    .u8(time.getUTCHours())
    .u8(time.getUTCMinutes())
    .u8(time.getUTCSeconds())
    .u8(0) // quarters of an hour from UTC
}
