import type { Features } from '../../coreos/index.ts'
import { ImageError } from '../../errors.ts'
import { type Customization, runsInstaller } from './customization.ts'

/**
 * Throws when the image can't do what a customization asks for, whatever its inputs say.
 *
 * @throws {ImageError} `INSTALLER_UNSUPPORTED`, `NETWORK_UNSUPPORTED`
 */
export function checkFeatures(customization: Customization, features: Features, name: string): void {
  if ((customization.destConsoles ?? []).length > 0 && !features.installerConfigDirectives.includes('console')) {
    throw new ImageError(
      'INSTALLER_UNSUPPORTED',
      `${name} does not support customizing the destination console: its installer does not know how`,
      { hint: 'Use an image of September 2022 or later, or --dest-karg-append console=…' },
    )
  }
  if ((customization.keyfiles ?? []).length > 0 && !features.liveInitrdNetwork) {
    throw new ImageError(
      'NETWORK_UNSUPPORTED',
      `${name} does not support customizing network settings: its initramfs would ignore them`,
      { hint: 'Use an image of 2022 or later' },
    )
  }
  if (runsInstaller(customization) && !features.installerConfig) {
    throw new ImageError(
      'INSTALLER_UNSUPPORTED',
      `${name} does not support customizing installer configuration: its installer would ignore it`,
      { hint: 'Use an image of 2022 or later, or set coreos.inst.install_dev as a kernel argument' },
    )
  }
}
