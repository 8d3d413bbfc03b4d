/**
 * The tree of commands: each name with its file, whose path is the words of the command. Modules are loaded by whoever
 * needs one, so that a command costs only itself.
 */
import type { CommandGroup } from '../command-tree.ts'

/** Everything that can be called. */
export const rootGroup: CommandGroup = {
  summary: 'Customize CoreOS live ISO and PXE images',
  commands: {
    iso: {
      summary: 'Customize and inspect live ISO images',
      commands: {
        ignition: {
          summary: 'Embed an Ignition config in a live ISO image',
          commands: {
            embed: () => import('./iso/ignition/embed.ts'),
            show: () => import('./iso/ignition/show.ts'),
            remove: () => import('./iso/ignition/remove.ts'),
          },
        },
        network: {
          summary: 'Embed network settings in a live ISO image',
          commands: {
            embed: () => import('./iso/network/embed.ts'),
            extract: () => import('./iso/network/extract.ts'),
            remove: () => import('./iso/network/remove.ts'),
          },
        },
        kargs: {
          summary: 'Modify the kernel arguments of a live ISO image',
          commands: {
            modify: () => import('./iso/kargs/modify.ts'),
            reset: () => import('./iso/kargs/reset.ts'),
            show: () => import('./iso/kargs/show.ts'),
          },
        },
        extract: {
          summary: 'Extract files from a live ISO image',
          commands: {
            pxe: () => import('./iso/extract/pxe.ts'),
            'minimal-iso': () => import('./iso/extract/minimal-iso.ts'),
          },
        },
        customize: () => import('./iso/customize.ts'),
        inspect: () => import('./iso/inspect.ts'),
        diff: () => import('./iso/diff.ts'),
        build: () => import('./iso/build.ts'),
        reset: () => import('./iso/reset.ts'),
        embed: () => import('./iso/embed.ts'),
        show: () => import('./iso/show.ts'),
        remove: () => import('./iso/remove.ts'),
      },
    },
    pxe: {
      summary: 'Customize live initramfs for booting over the network',
      commands: {
        customize: () => import('./pxe/customize.ts'),
        inspect: () => import('./pxe/inspect.ts'),
        reset: () => import('./pxe/reset.ts'),
        config: () => import('./pxe/config.ts'),
        check: () => import('./pxe/check.ts'),
        ignition: {
          summary: 'Wrap an Ignition config in an initrd',
          commands: {
            wrap: () => import('./pxe/ignition/wrap.ts'),
            unwrap: () => import('./pxe/ignition/unwrap.ts'),
          },
        },
        network: {
          summary: 'Wrap network settings in an initrd',
          commands: {
            wrap: () => import('./pxe/network/wrap.ts'),
            unwrap: () => import('./pxe/network/unwrap.ts'),
          },
        },
      },
    },
    download: () => import('./download.ts'),
    'list-stream': () => import('./list-stream.ts'),
    install: () => import('./install.ts'),
    ignition: {
      summary: 'Check, make and combine Ignition configs',
      commands: {
        validate: () => import('./ignition/validate.ts'),
        new: () => import('./ignition/new.ts'),
        merge: () => import('./ignition/merge.ts'),
        upgrade: () => import('./ignition/upgrade.ts'),
        fmt: () => import('./ignition/fmt.ts'),
        plan: () => import('./ignition/plan.ts'),
      },
    },
    pack: {
      summary: 'Prepare live ISO images when they are built',
      hidden: true,
      commands: { 'minimal-iso': () => import('./pack/minimal-iso.ts') },
    },
    dev: {
      summary: 'Look into ISO images and initrds',
      commands: {
        show: {
          summary: 'Print the structure of an image',
          commands: { iso: () => import('./dev/show/iso.ts'), initrd: () => import('./dev/show/initrd.ts') },
        },
        extract: {
          summary: 'Extract files from an image',
          commands: { initrd: () => import('./dev/extract/initrd.ts') },
        },
      },
    },
    completion: () => import('./completion.ts'),
  },
}
