import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { beforeEach, expect, it } from 'vitest'
import { formatBootScript, parseBootScript } from '../../src/formats/boot-script/index.ts'
import { needs } from '../support/needs.ts'

beforeEach((context) => needs(context, 'grub-script-check'))

/** Whether GRUB's own parser takes a script. */
function isGrubScript(text: string): boolean {
  return spawnSync('grub-script-check', { input: text }).status === 0
}

it('GRUB takes what is written for it, whatever an argument holds', () => {
  const karg = fc.stringMatching(/^[!#-&(-[\]-~]{1,20}$/)
  fc.assert(
    fc.property(fc.array(karg), fc.stringMatching(/^[ -~]{0,20}$/), (kargs, title) => {
      const entry = { title, kernel: 'http://boot.example/vmlinuz', initrds: ['initrd.img', 'config.img'], kargs }
      const text = formatBootScript('grub', { entry, hosts: ['52:54:00:12:34:56'] })
      expect(isGrubScript(text), text).toBe(true)
    }),
    { numRuns: 50 },
  )
})

it.each(["linux 'a", 'linux "a', 'menuentry a {\nlinux b', 'linux b\n}'])(
  'GRUB refuses %j, and the checker says why',
  (text) => {
    expect(isGrubScript(text)).toBe(false)
    expect(parseBootScript('grub', text).problems).not.toEqual([])
  },
)
