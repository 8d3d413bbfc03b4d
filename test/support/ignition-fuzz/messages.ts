import type { FindingKind } from '../../../src/index.ts'

/**
 * What Ignition 2.14 says for each kind of finding, for specs 3.0.0 to 3.3.0. Several kinds may share their words; the
 * first that fits counts, so that the texts of others come first.
 */
const MESSAGES: readonly (readonly [RegExp, ...FindingKind[]])[] = [
  [/^couldn't parse config: not a config \(empty\)/, 'empty-config'],
  [/^couldn't parse config: invalid config version/, 'version-invalid'],
  [/^couldn't parse config: unsupported config version/, 'version-unsupported'],
  [/^unexpected end of JSON input/, 'json-eof'],
  [/exceeded max depth/, 'json-depth'],
  [/^json: cannot unmarshal/, 'json-type'],
  // it reads a space behind the end of the text
  [/^invalid character ' ' (?:after decimal point|in )/, 'json-syntax', 'json-eof'],
  [/^invalid character '/, 'json-syntax'],
  [/^duplicate entry defined/, 'duplicate'],
  [/^unused key/i, 'unused-key'],
  [/^context tree does not match content tree/, 'tree-mismatch'],
  [/^path not specified/, 'path-required', 'device-required'],
  [/^path not absolute/, 'path-relative'],
  [/^path is not fully simplified/, 'path-not-clean'],
  [/^(?:disk|luks) device is required/, 'device-required'],
  [/labels cannot be longer than/, 'label-too-long'],
  [/^source is required/, 'source-required'],
  [/^unable to parse url/, 'url-unparsable'],
  [/^invalid url scheme/, 'url-scheme-invalid'],
  [/^invalid S3 object VersionId/, 's3-version-id-empty'],
  [/^invalid compression method/, 'compression-invalid'],
  [/^source must be specified if verification/, 'hash-without-source'],
  [/^malformed hash specifier/, 'hash-malformed'],
  [/^unrecognized hash function/, 'hash-function-unknown'],
  [/^incorrect size for hash sum/, 'hash-wrong-length'],
  [/^HTTP header name can't be empty/, 'header-name-required'],
  [/^unable to parse HTTP header/, 'header-value-empty'],
  [/^cannot use HTTP headers with this source scheme/, 'headers-scheme-unsupported'],
  [/^proxies must be http/, 'proxy-scheme-invalid'],
  [/^insecure plaintext HTTP proxy/, 'proxy-insecure'],
  [/^illegal file mode/, 'mode-out-of-range'],
  [/^setuid\/setgid\/sticky bits are not supported/, 'mode-special-bits'],
  [/^overwrite must be false/, 'overwrite-without-source'],
  [/^cannot set both id and name/, 'id-and-name'],
  [/^(?:directory|file|link) path includes link in config/, 'path-through-link'],
  [/^link target is required/, 'link-target-required'],
  [/^hard link target is a directory/, 'hard-link-to-directory'],
  [/^invalid systemd unit extension/, 'unit-extension-invalid'],
  [/^invalid unit content/, 'unit-contents-invalid'],
  [/^invalid systemd drop-in extension/, 'dropin-extension-invalid'],
  [/is enabled, but has no install section/, 'unit-no-install-section'],
  [/^partition numbers collide/, 'partition-number-collision'],
  [/^partitions overlap/, 'partition-overlap'],
  [/^cannot use the same partition label twice/, 'partition-label-collision'],
  [/^shouldExist is false for a partition/, 'partition-zero-with-should-not-exist'],
  [/^shouldExist specified false with other options/, 'should-not-exist-with-attributes'],
  [/^a partition number >= 1 or a label/, 'partition-number-or-label-required'],
  [/^partition labels may not exceed/, 'partition-label-too-long'],
  [/^partition label will be truncated/, 'partition-label-colon'],
  [/^doesn't match the form/, 'guid-malformed'],
  [/^raid level is required/, 'raid-level-required'],
  [/^unrecognized raid level/, 'raid-level-invalid'],
  [/^spares unsupported/, 'raid-spares-unsupported'],
  [/^raid devices required/, 'raid-devices-required'],
  [/^format cannot be empty/, 'format-required'],
  [/^invalid filesystem format/, 'filesystem-format-invalid'],
  [/^filesystem must specify format/, 'label-without-format'],
  [/^device names cannot contain slashes/, 'name-contains-slash'],
  [/^invalid key-file source/, 'luks-key-file-invalid'],
  [/^cannot use custom clevis config/, 'clevis-custom-conflict'],
  [/^missing required custom clevis pin/, 'clevis-pin-required'],
  [/^unsupported clevis pin/, 'clevis-pin-unknown'],
  [/^missing required custom clevis config/, 'clevis-config-required'],
  [/^thumbprint is required/, 'tang-thumbprint-required'],
  [
    /^(?:missing (?:data|comma|media)|invalid character (?:for|after)|expected base64|illegal base64|(?:invalid|incomplete) (?:data|media)|unterminated parameter|rfc2396)/,
    'data-url-malformed',
  ],
]

/** The kinds of findings that a message of Ignition's validator may be about: none for a message that isn't known. */
export function kindsOfMessage(message: string): readonly FindingKind[] {
  const [, ...kinds] = MESSAGES.find(([pattern]) => pattern.test(message)) ?? []
  return kinds as readonly FindingKind[]
}

/** Every kind of finding that Ignition 2.14 has words for. */
export const KNOWN_KINDS: readonly FindingKind[] = [
  ...new Set(MESSAGES.flatMap(([, ...kinds]) => kinds as readonly FindingKind[])),
]
