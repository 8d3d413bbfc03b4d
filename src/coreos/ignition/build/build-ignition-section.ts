import type { IgnitionPath } from '../model/path.ts'
import type * as types from '../model/types.ts'
import type { SpecVersion } from '../model/versions.ts'
import { type BuildContext, withPaths } from './build-context.ts'
import type { Contents, IgnitionParts } from './ignition-parts.ts'
import { trimCertificates } from './trim-certificates.ts'

/** The referenced configs and certificates of the parts, behind those of the base. */
export async function buildIgnitionSection(
  parts: IgnitionParts,
  version: SpecVersion,
  context: BuildContext,
): Promise<types.IgnitionSection> {
  const base = parts.base?.ignition
  const merge: types.Resource[] = [...(base?.config?.merge ?? [])]
  for (const config of parts.mergedConfigs ?? []) merge.push(await context.reference(config))
  const { replacingConfig } = parts
  const replace = replacingConfig === undefined ? base?.config?.replace : await context.reference(replacingConfig)

  const authorities: types.Resource[] = [...(base?.security?.tls?.certificateAuthorities ?? [])]
  const list = ['ignition', 'security', 'tls', 'certificateAuthorities']
  for (const [bundle, path] of withPaths(parts.certificateAuthorities, list, authorities)) {
    authorities.push(await context.reference(trimBundle(bundle, path, context)))
  }
  return {
    ...base,
    config: merge.length > 0 || replace ? { merge, replace } : undefined,
    security: authorities.length > 0 ? { tls: { certificateAuthorities: authorities } } : undefined,
    version,
  }
}

function trimBundle(bundle: Contents, path: IgnitionPath, context: BuildContext): Contents {
  if (typeof bundle === 'object' && !(bundle instanceof Uint8Array)) return bundle
  return context.attempt(path, () => trimCertificates(bundle)) ?? bundle
}
