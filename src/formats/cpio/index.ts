/**
 * cpio archives in the newc format, as the kernel unpacks them from an initramfs.
 *
 * Supported: writing members of any type, reading headers one by one with 070701 and 070702 (whose sums are not checked).
 * Left out: the older formats (binary, odc), which the kernel does not read either. Several archives in a row, compression
 * and limits are the business of `initrd`.
 */
export { type CpioMember, encodeCpio } from './encode-cpio.ts'
export { type MemberType, memberType } from './layout.ts'
export { type CpioHeader, type CpioHeaderOptions, readCpioHeader, skipCpioPadding } from './read-cpio-header.ts'
