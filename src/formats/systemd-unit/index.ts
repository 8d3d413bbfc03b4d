/**
 * Texts of systemd units as Ignition reads them to judge a config: sections, options and their values. The verdict is that
 * of its own parser (go-systemd), which refuses some texts that systemd takes, and takes some that systemd warns about.
 *
 * Supported: parsing. Left out: the meaning of sections and options, names of units, writing.
 */
export { parseUnit, type UnitFault, type UnitOption, type UnitText } from './parse-unit.ts'
