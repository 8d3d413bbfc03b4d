import type { SpecVersion } from './versions.ts'

/** A JSON integer: a `number` where that is exact, else a `bigint` (the spec takes all 64-bit integers). */
export type Integer = number | bigint

/**
 * An Ignition config of any 3.x spec version. Absent values are missing or `undefined`, never `null`; what a version does
 * not know is not there. Integers without a stated unit are ids or counts.
 *
 * Layout: the Ignition configuration specifications v3.0.0 to v3.6.0, and v3.7.0-experimental.
 */
export interface IgnitionConfig {
  readonly ignition: IgnitionSection
  readonly kernelArguments?: KernelArguments | undefined
  readonly passwd?: Passwd | undefined
  readonly storage?: Storage | undefined
  readonly systemd?: Systemd | undefined
}

/** What concerns Ignition itself. */
export interface IgnitionSection {
  readonly config?: ConfigReferences | undefined
  readonly proxy?: Proxy | undefined
  readonly security?: Security | undefined
  readonly timeouts?: Timeouts | undefined
  readonly version: SpecVersion
}

/** Other configs: merged into this one in their order, or taken in its place. */
export interface ConfigReferences {
  readonly merge?: readonly Resource[] | undefined
  readonly replace?: Resource | undefined
}

/** Something to fetch. */
export interface Resource {
  /** `''` or `gzip`. */
  readonly compression?: string | undefined
  readonly httpHeaders?: readonly HttpHeader[] | undefined
  /** A URL; data URLs carry the contents themselves. */
  readonly source?: string | undefined
  readonly verification?: Verification | undefined
}

/** A header of HTTP requests; without a value, it removes one when configs are merged. */
export interface HttpHeader {
  readonly name: string
  readonly value?: string | undefined
}

/** What a resource has to be. */
export interface Verification {
  /** `sha512-` or `sha256-` and hexadecimal digits, over the decompressed contents. */
  readonly hash?: string | undefined
}

/** Proxies by the scheme of the URL that is fetched. */
export interface Proxy {
  readonly httpProxy?: string | undefined
  readonly httpsProxy?: string | undefined
  readonly noProxy?: readonly string[] | undefined
}

/** Whom to trust. */
export interface Security {
  readonly tls?: Tls | undefined
}

/** Certificate authorities that are trusted beside the system's. */
export interface Tls {
  readonly certificateAuthorities?: readonly Resource[] | undefined
}

/** Limits of fetches in seconds; 0 is none. */
export interface Timeouts {
  readonly httpResponseHeaders?: Integer | undefined
  readonly httpTotal?: Integer | undefined
}

/** Kernel arguments that the installed system has to have, or not to have. */
export interface KernelArguments {
  readonly shouldExist?: readonly string[] | undefined
  readonly shouldNotExist?: readonly string[] | undefined
}

/** Users and groups. */
export interface Passwd {
  readonly groups?: readonly PasswdGroup[] | undefined
  readonly users?: readonly PasswdUser[] | undefined
}

/** A group of users. */
export interface PasswdGroup {
  readonly gid?: Integer | undefined
  readonly name: string
  readonly passwordHash?: string | undefined
  readonly shouldExist?: boolean | undefined
  readonly system?: boolean | undefined
}

/** A user account. */
export interface PasswdUser {
  readonly gecos?: string | undefined
  readonly groups?: readonly string[] | undefined
  readonly homeDir?: string | undefined
  readonly name: string
  readonly noCreateHome?: boolean | undefined
  readonly noLogInit?: boolean | undefined
  readonly noUserGroup?: boolean | undefined
  readonly passwordHash?: string | undefined
  readonly primaryGroup?: string | undefined
  readonly shell?: string | undefined
  readonly shouldExist?: boolean | undefined
  readonly sshAuthorizedKeys?: readonly string[] | undefined
  readonly system?: boolean | undefined
  readonly uid?: Integer | undefined
}

/** Disks and what is on them. */
export interface Storage {
  readonly directories?: readonly Directory[] | undefined
  readonly disks?: readonly Disk[] | undefined
  readonly files?: readonly File[] | undefined
  readonly filesystems?: readonly Filesystem[] | undefined
  readonly links?: readonly Link[] | undefined
  readonly luks?: readonly Luks[] | undefined
  readonly raid?: readonly Raid[] | undefined
}

/** A user or group that owns something, by id or by name. */
export interface Owner {
  readonly id?: Integer | undefined
  readonly name?: string | undefined
}

/** What files, directories and links have in common. */
export interface Node {
  readonly group?: Owner | undefined
  /** What is at the path is removed first, with all that is in it. */
  readonly overwrite?: boolean | undefined
  /** Absolute. */
  readonly path: string
  readonly user?: Owner | undefined
}

/** A directory to create. */
export interface Directory extends Node {
  /** Permission bits, 0 to 0o7777. */
  readonly mode?: Integer | undefined
}

/** A file to write. */
export interface File extends Node {
  readonly append?: readonly Resource[] | undefined
  readonly contents?: Resource | undefined
  /** Permission bits, 0 to 0o7777. */
  readonly mode?: Integer | undefined
}

/** A symbolic or hard link to create. */
export interface Link extends Node {
  readonly hard?: boolean | undefined
  readonly target?: string | undefined
}

/** A disk to partition. */
export interface Disk {
  readonly device: string
  readonly partitions?: readonly Partition[] | undefined
  readonly wipeTable?: boolean | undefined
}

/** A partition; sizes are in MiB. */
export interface Partition {
  readonly guid?: string | undefined
  readonly label?: string | undefined
  /** From 1; 0 or absent is the next free one. */
  readonly number?: Integer | undefined
  readonly resize?: boolean | undefined
  readonly shouldExist?: boolean | undefined
  readonly sizeMiB?: Integer | undefined
  readonly startMiB?: Integer | undefined
  readonly typeGuid?: string | undefined
  readonly wipePartitionEntry?: boolean | undefined
}

/** A filesystem to create, reuse or mount. */
export interface Filesystem {
  readonly device: string
  readonly format?: string | undefined
  readonly label?: string | undefined
  readonly mountOptions?: readonly string[] | undefined
  readonly options?: readonly string[] | undefined
  readonly path?: string | undefined
  readonly uuid?: string | undefined
  readonly wipeFilesystem?: boolean | undefined
}

/** A software RAID array. */
export interface Raid {
  readonly devices?: readonly string[] | undefined
  readonly level?: string | undefined
  readonly name: string
  readonly options?: readonly string[] | undefined
  readonly spares?: Integer | undefined
}

/** An encrypted volume. */
export interface Luks {
  readonly cex?: Cex | undefined
  readonly clevis?: Clevis | undefined
  readonly device?: string | undefined
  readonly discard?: boolean | undefined
  readonly keyFile?: Resource | undefined
  readonly label?: string | undefined
  readonly name: string
  readonly openOptions?: readonly string[] | undefined
  readonly options?: readonly string[] | undefined
  readonly uuid?: string | undefined
  readonly wipeVolume?: boolean | undefined
}

/** Unlocking by an IBM CEX secure key. */
export interface Cex {
  readonly enabled?: boolean | undefined
}

/** Unlocking by clevis pins. */
export interface Clevis {
  readonly custom?: ClevisCustom | undefined
  readonly tang?: readonly Tang[] | undefined
  readonly threshold?: Integer | undefined
  readonly tpm2?: boolean | undefined
}

/** A clevis pin with a config of its own. */
export interface ClevisCustom {
  readonly config?: string | undefined
  readonly needsNetwork?: boolean | undefined
  readonly pin?: string | undefined
}

/** A tang server. */
export interface Tang {
  readonly advertisement?: string | undefined
  readonly thumbprint?: string | undefined
  readonly url: string
}

/** The systemd units of the machine. */
export interface Systemd {
  readonly units?: readonly Unit[] | undefined
}

/** A systemd unit. */
export interface Unit {
  readonly contents?: string | undefined
  readonly dropins?: readonly Dropin[] | undefined
  readonly enabled?: boolean | undefined
  readonly mask?: boolean | undefined
  readonly name: string
}

/** A file that changes a unit. */
export interface Dropin {
  readonly contents?: string | undefined
  readonly name: string
}
