/** One thing that a customization changes, for whoever wants to see it beforehand. */
export interface PlannedChange {
  /**
   * - `member`: a file of the embed area, or of the archive behind a PXE initramfs
   * - `file`, `unit`, `certificate`, `config`: a part of the live system's Ignition config
   * - `dest-certificate`, `dest-config`: a part of the installed system's Ignition config
   * - `installer`: a setting of the installer
   * - `kargs`: the kernel arguments of the live system
   * - `behavior`: what the live system does otherwise than before
   */
  readonly kind:
    | 'member'
    | 'file'
    | 'unit'
    | 'certificate'
    | 'config'
    | 'dest-certificate'
    | 'dest-config'
    | 'installer'
    | 'kargs'
    | 'behavior'
  /** What it is: a path, a name, a setting. */
  readonly subject: string
  /** What else there is to know; no contents, since they may be secret. */
  readonly detail?: string | undefined
  /** Whose doing it is: an option and its value, or what makes it necessary. */
  readonly cause: string
  /** Whether nobody asked for it by name. */
  readonly isImplied: boolean
}
