/** A Linux to boot. */
export interface BootEntry {
  /** What people see, where the boot loader shows something. */
  readonly title: string
  /** Where the kernel is: a path that starts at the script's folder (in PXELINUX, at its own), or a URL. */
  readonly kernel: string
  /** Where the initrds are, in the order in which the kernel unpacks them. */
  readonly initrds: readonly string[]
  /** The kernel's arguments, without those that boot loaders need for the initrds. */
  readonly kargs: readonly string[]
}

/** What one script says. */
export interface BootScript {
  readonly entry: BootEntry
  /** The MAC addresses of machines with scripts of their own, as in `52:54:00:12:34:56`. These scripts are tried first. */
  readonly hosts: readonly string[]
}

/** Something in a script that keeps it from working, or that nobody can make out. */
export interface BootScriptProblem {
  /** Counted from 1. */
  readonly line: number
  /** A clause without a full stop. */
  readonly problem: string
}

/** What was found in a script. */
export interface ParsedBootScript {
  readonly entries: readonly BootEntry[]
  /** Other scripts that it goes on with, in the form of {@link BootEntry.kernel}. */
  readonly scripts: readonly string[]
  readonly problems: readonly BootScriptProblem[]
}
