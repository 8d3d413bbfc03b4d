import { gunzipSync } from 'node:zlib'
import { encodeUtf8 } from '../../src/bytes/index.ts'
import { type Features, IGNITION_CONFIG_PATH, type IgnitionConfig, type Keyfile } from '../../src/coreos/index.ts'
import { decodeDataUrl } from '../../src/formats/data-url/index.ts'
import type { InitrdFile } from '../../src/formats/initrd/index.ts'
import { encodeGzip as gzip } from '../../src/node/index.ts'
import {
  type Customization,
  type CustomizationChecks,
  type CustomizationPlan,
  type NamedInput,
  planCustomization,
} from '../../src/operations/index.ts'

const DIRECTIVES = ['append-karg', 'console', 'copy-network', 'delete-karg', 'dest-device', 'ignition-file', 'stream']
/** Everything that an image can do. */
export const FEATURES: Features = {
  installerConfig: true,
  installerConfigDirectives: DIRECTIVES,
  liveInitrdNetwork: true,
}
/** The arguments that a live ISO boots with. */
export const KARGS = 'mitigations=auto,nosmt coreos.liveiso=x ignition.firstboot ignition.platform.id=metal'
/** A program that does nothing. */
export const SCRIPT = '#!/bin/sh\n'
/** A keyfile. */
export const KEYFILE: Keyfile = { name: 'a.nmconnection', bytes: new TextEncoder().encode('[connection]\nid=a\n') }

/** What a customization is planned for, where it matters. */
export interface Base {
  readonly features?: Partial<Features>
  readonly kargs?: string | undefined
  readonly isIso?: boolean
  readonly checks?: CustomizationChecks
}

/** Plans a customization for an image that can do everything. */
export function plan(customization: Customization, base: Base = {}): Promise<CustomizationPlan> {
  const { isIso = true, checks } = base
  const kargs = 'kargs' in base ? base.kargs : KARGS
  const features = { ...FEATURES, ...base.features }
  return planCustomization(customization, { name: 'demo.iso', features, kargs, isIso }, { gzip, checks })
}

/** A file that a customization uses. */
export function input(name: string, text: string): NamedInput {
  return { name, bytes: encodeUtf8(text) }
}

/** An Ignition config of a version, with whatever else it says. */
export function ignition(version: string, rest: object = {}): string {
  return JSON.stringify({ ignition: { version }, ...rest })
}

/** The text of a resource that carries its contents. */
export function textOf(
  resource: { readonly source?: string | undefined; readonly compression?: string | undefined } | undefined,
): string {
  const bytes = decodeDataUrl(resource?.source ?? '')
  return new TextDecoder().decode(resource?.compression === 'gzip' ? gunzipSync(bytes) : bytes)
}

/** The live system's Ignition config among the files of an archive. */
export function configOf(files: readonly InitrdFile[]): IgnitionConfig | undefined {
  const file = files.find(({ path }) => path === IGNITION_CONFIG_PATH)
  return file && (JSON.parse(new TextDecoder().decode(file.bytes)) as IgnitionConfig)
}

/** The texts of the files that a config writes, by path. */
export function fileTexts(config: IgnitionConfig | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((config?.storage?.files ?? []).map(({ path, contents }) => [path, textOf(contents)]))
}

/** A certificate in PEM, as far as Ignition looks at it. */
export const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
