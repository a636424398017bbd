import { describe, expect, test } from 'bun:test'
import { MIGRATION_STATEMENTS } from './old-data.ts'
import { describeKill, type PlannedKill, planKills, STEPS, stepsOf } from './plan.ts'

const plan = (seed: number) => planKills({ seed, kills: 20, events: 2000, onUnsure: 'park' })
const stepKillsOf = (kills: readonly PlannedKill[]) =>
  kills.flatMap(({ kill }) => (kill.kind === 'step' ? [kill.step] : []))

describe('planKills', () => {
  test('the same seed gives the same plan, and another seed another', () => {
    expect(plan(7)).toEqual(plan(7))
    expect(plan(7)).not.toEqual(plan(8))
  })

  test('half of the kills are at a step, and every step comes before any comes twice', () => {
    const steps = stepKillsOf(planKills({ seed: 3, kills: 4 * STEPS.length, events: 4000, onUnsure: 'park' }))
    expect(steps).toHaveLength(2 * STEPS.length)
    expect(new Set(steps.slice(0, STEPS.length))).toEqual(new Set(STEPS))
    expect(new Set(steps.slice(STEPS.length))).toEqual(new Set(STEPS))
  })

  test('every kill has events of its own, and falls within them', () => {
    let before = 0
    for (const { kill, eventsAllowed } of planKills({ seed: 5, kills: 99, events: 250, onUnsure: 'park' })) {
      expect(eventsAllowed).toBeGreaterThan(before)
      if (kill.kind === 'outside') {
        expect(kill.afterAccepted).toBeGreaterThan(before)
        expect(kill.afterAccepted).toBeLessThanOrEqual(eventsAllowed)
      } else {
        expect(kill.occurrence).toBeGreaterThanOrEqual(1)
        const isOfItsOwn = kill.step === 'in-migration' || kill.step.endsWith('-retention')
        const most = isOfItsOwn ? MIGRATION_STATEMENTS : 3 * (eventsAllowed - before)
        expect(kill.occurrence).toBeLessThanOrEqual(most)
      }
      before = eventsAllowed
    }
    expect(before).toBe(247)
  })

  test('a Worker is killed from outside only, at moments that differ', () => {
    const kills = planKills({ seed: 3, kills: 20, events: 2000, onUnsure: 'park', runtime: 'worker' })
    expect(stepKillsOf(kills)).toEqual([])
    expect(new Set(kills.map(({ kill }) => kill.kind === 'outside' && kill.delayMs)).size).toBeGreaterThan(15)
  })

  test('a gateway that asks for no callbacks is killed at none', () => {
    const steps = stepKillsOf(planKills({ seed: 3, kills: 80, events: 4000, onUnsure: 'resend' }))
    expect(new Set(steps)).toEqual(new Set(stepsOf('resend')))
    expect(steps).not.toContain('after-callback')
  })

  test('no kills make an empty plan', () => {
    expect(planKills({ seed: 1, kills: 0, events: 1, onUnsure: 'park' })).toEqual([])
  })
})

describe('describeKill', () => {
  const cases: readonly [string, PlannedKill, string][] = [
    [
      'a kill from outside',
      { eventsAllowed: 24, kill: { kind: 'outside', afterAccepted: 7, delayMs: 0 } },
      'from outside after 7 accepted (of 24 sent)',
    ],
    [
      'a kill from outside, a while later',
      { eventsAllowed: 24, kill: { kind: 'outside', afterAccepted: 7, delayMs: 31 } },
      'from outside after 7 accepted +31 ms (of 24 sent)',
    ],
    [
      'a kill at a step',
      { eventsAllowed: 48, kill: { kind: 'step', step: 'before-record', occurrence: 30, delayUs: 0 } },
      'before-record #30 (of 48 sent)',
    ],
    [
      'a kill in a commit',
      { eventsAllowed: 48, kill: { kind: 'step', step: 'in-commit', occurrence: 3, delayUs: 1200 } },
      'in-commit #3 +1200 us (of 48 sent)',
    ],
  ]
  test.each(cases)('%s', (_, kill, expected) => {
    expect(describeKill(kill)).toBe(expected)
  })
})
