import type { Rules } from './rule.ts'

/** All rules, by the kind of object that they look at. */
export const rules: Rules = {}
