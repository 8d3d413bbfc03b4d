import type * as types from '../model/types.ts'

/** What a file or a certificate bundle holds: text, bytes, or a resource that the machine fetches. */
export type Contents = string | Uint8Array | types.Resource

/** Permission bits: octal text such as `0644`, or a number such as `0o644`. */
export type FileMode = string | number

/** What files, directories and links have in common. */
export interface NodePart {
  /** Absolute, on the target. */
  readonly path: string
  /**
   * What is at the path is removed first, with all that is in it. Without it, a target that has something else there does
   * not boot.
   */
  readonly overwrite?: boolean | undefined
  /** Owner by id or by name; `root` by default. */
  readonly user?: types.Integer | string | undefined
  /** Group by id or by name; `root` by default. */
  readonly group?: types.Integer | string | undefined
}

/** A file to write. */
export interface FilePart extends NodePart {
  /** Without contents, a file that is there stays as it is, and one that is missing is made empty. */
  readonly contents?: Contents | undefined
  /** What is added at the end, in order. */
  readonly append?: readonly Contents[] | undefined
  /** 0644 by default. */
  readonly mode?: FileMode | undefined
}

/** A directory to create. */
export interface DirectoryPart extends NodePart {
  /** 0755 by default. */
  readonly mode?: FileMode | undefined
}

/** A link to create. */
export interface LinkPart extends NodePart {
  /** What a symbolic link says; of a hard link, an absolute path. */
  readonly target: string
  /** Whether it is a hard link. */
  readonly hard?: boolean | undefined
}

/** A drop-in for a unit that need not be among the units of the same config. */
export interface DropinPart extends types.Dropin {
  /** Name of the unit. */
  readonly unit: string
}

/** What goes into a config. Within each list, the order is kept. */
export interface IgnitionParts {
  /** A config that the parts are added to: it brings what has no part here, such as disks and proxies. */
  readonly base?: types.IgnitionConfig | undefined
  readonly files?: readonly FilePart[] | undefined
  readonly directories?: readonly DirectoryPart[] | undefined
  readonly links?: readonly LinkPart[] | undefined
  /** Units; their text gets a newline at its end when it lacks one. */
  readonly units?: readonly types.Unit[] | undefined
  readonly dropins?: readonly DropinPart[] | undefined
  readonly users?: readonly types.PasswdUser[] | undefined
  readonly groups?: readonly types.PasswdGroup[] | undefined
  /** Certificates in PEM, one or several to a bundle. What follows the last one is left out, as Ignition would fail. */
  readonly certificateAuthorities?: readonly Contents[] | undefined
  readonly kernelArguments?: types.KernelArguments | undefined
  /** Configs to merge, in order. */
  readonly mergedConfigs?: readonly Contents[] | undefined
  /** A config that the machine takes in the place of this one. */
  readonly replacingConfig?: Contents | undefined
}
