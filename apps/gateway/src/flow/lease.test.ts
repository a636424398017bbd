import { describe, expect, test } from 'bun:test'
import { StoreError, TransportError, UpstreamError } from '@sluice/errors'
import type { Destination, Receipt } from '../destinations/destination.ts'
import { createIds } from '../ids.ts'
import { openSqlite } from '../runtime/bun/sqlite.ts'
import type { Json, Store } from '../store/port.ts'
import { createSqliteStore } from '../store/sqlite.ts'
import type { Policy } from './policy.ts'
import { OPEN_GATE, saveGate } from './gate.ts'
import { createGatekeeper } from './gatekeeper.ts'
import type { Lane } from './lane.ts'
import { type Chore, createOutbox } from './lease.ts'

const START = 1_700_000_000_000
const PARK = { idempotent: false, onUnsure: 'park', marker: null, settleMs: 60_000, callbackMs: null } as const

const EXCHANGE = {
  request: { method: 'POST', url: 'https://upstream.test/', headers: {}, bodyBytes: 0 },
  startedAtMs: START,
  endedAtMs: START,
}

const LANE = {
  kind: 'scripted',
  limits: { concurrency: 16, ratePerSecond: null },
  batches: { maxRows: 10, maxAgeMs: 0 },
  callbacks: null,
  calls: {},
}

/** A destination whose calls end when, and how, the test says. */
function scripted(answer: (call: number) => Promise<Receipt>, renewable: readonly string[] = [], sends = false) {
  const calls: string[] = []
  let underWay = 0
  let mostUnderWay = 0
  const destination: Destination = {
    async deliver(operation, _, { observe }) {
      calls.push(operation)
      if (sends) observe(EXCHANGE)
      underWay += 1
      mostUnderWay = Math.max(mostUnderWay, underWay)
      try {
        return await answer(calls.length)
      } finally {
        underWay -= 1
      }
    },
    deliverBatch: () => Promise.reject(new Error('no batch is expected')),
    call: () => Promise.reject(new Error('no call by hand is expected')),
    find: () => Promise.resolve({ verdict: 'unclear' }),
    test: null,
    renews: (code) => renewable.includes(code),
  }
  return { destination, calls, most: () => mostUnderWay }
}

/** An outbox on a real store in memory, with a clock that moves only when told. */
function workbench(
  lanes: Readonly<Record<string, Destination>>,
  gates?: ReadonlyMap<string, Json>,
  policy: Policy = PARK,
  lane: Partial<Lane> = {},
  chores: readonly Chore[] = [],
) {
  let now = START
  let alarm: { atMs: number; wake: () => void } | null = null
  const nowMs = () => now
  const newId = createIds(nowMs, (bytes) => void crypto.getRandomValues(bytes))
  const written = createSqliteStore({ database: openSqlite(':memory:'), newId, defer: queueMicrotask })
  let held: Promise<void> = Promise.resolve()
  let leasesToFail = 0
  const store: Store = {
    ...written,
    lease: async (request) => {
      leasesToFail -= 1
      if (leasesToFail >= 0) throw new StoreError('STORE_UNAVAILABLE', 'store: locked')
      const leased = await written.lease(request)
      await held
      return leased
    },
  }
  let sleeping: (() => void)[] = []
  const outbox = createOutbox(
    Object.entries(lanes).map(([name, destination]) => ({
      ...LANE,
      ...lane,
      name,
      destination,
      policy: () => policy,
      gatekeeper: createGatekeeper({
        name,
        limits: lane.limits ?? LANE.limits,
        testable: destination.test !== null,
        saved: gates?.get(name),
        nowMs,
        log: () => undefined,
      }),
    })),
    {
      store,
      nowMs,
      newId,
      newToken: () => 'token',
      random: () => 0.5,
      sleep: () => new Promise((resolve) => void sleeping.push(resolve)),
      log: () => undefined,
      wakeAt: (atMs, wake) => {
        alarm = atMs === null ? null : { atMs, wake }
      },
    },
    chores,
  )
  /** Lets everything run that can run without the clock. */
  const settle = async () => {
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate)
  }
  return {
    store,
    outbox,
    settle,
    /** Ends every wait that was begun. */
    endWaits: async () => {
      const ending = sleeping
      sleeping = []
      for (const end of ending) end()
      await settle()
    },
    /** Makes so many leases fail from now on. */
    failLeases: (count: number) => {
      leasesToFail = count
    },
    /** Lets leases be written and keeps back the word of it, until the returned function is called. */
    holdLeases: () => {
      let letGo = (): void => undefined
      held = new Promise((resolve) => (letGo = resolve))
      return () => letGo()
    },
    alarmAtMs: () => alarm?.atMs ?? null,
    /** Rings the alarm before its time. */
    ringEarly: async () => {
      alarm?.wake()
      await settle()
    },
    accept: async (destination: string, count = 1) => {
      const deliveries = Array.from({ length: count }, () => ({
        id: newId('dlv'),
        route: 'r',
        destination,
        operation: 'create',
        payload: {},
        reason: null,
        orderingKey: null,
        gather: null,
      }))
      const event = {
        id: newId('evt'),
        source: 'demo',
        idempotencyKey: null,
        keyWindowMs: 0,
        receivedAtMs: now,
        contentType: '',
      }
      await store.accept({ ...event, body: new Uint8Array(), deliveries })
      outbox.wake(destination)
      await settle()
    },
    /** Moves the clock to the alarm, and lets it ring. */
    ring: async () => {
      const due = alarm
      if (due === null) throw new Error('no alarm is set')
      now = due.atMs
      alarm = null
      due.wake()
      await settle()
    },
    states: async () => (await store.listDeliveries({ limit: 200 })).rows.map(({ state }) => state),
  }
}

describe('the outbox', () => {
  test('delivers what is due, sixteen at a time', async () => {
    const alpha = scripted(() => Promise.resolve({}))
    const { accept, states } = workbench({ alpha: alpha.destination })
    await accept('alpha', 100)
    expect(alpha.calls).toHaveLength(100)
    expect(alpha.most()).toBe(16)
    expect(new Set(await states())).toEqual(new Set(['delivered']))
  })

  test('a destination that never answers delays no other', async () => {
    const stuck = scripted(() => new Promise(() => undefined))
    const alpha = scripted(() => Promise.resolve({}))
    const { accept } = workbench({ stuck: stuck.destination, alpha: alpha.destination })
    await accept('stuck', 100)
    await accept('alpha', 100)
    expect(stuck.calls).toHaveLength(16)
    expect(alpha.calls).toHaveLength(100)
  })

  test('tries again when the schedule says, by one alarm', async () => {
    const down = scripted((call) =>
      call < 3 ? Promise.reject(new TransportError('CONNECTION_REFUSED', 'not-sent', 'x')) : Promise.resolve({}),
    )
    const { accept, ring, alarmAtMs, states } = workbench({ down: down.destination })
    await accept('down')
    expect(alarmAtMs()).toBe(START + 5000)
    await ring()
    expect(alarmAtMs()).toBe(START + 5000 + 300_000)
    await ring()
    expect(await states()).toEqual(['delivered'])
    expect(alarmAtMs()).toBeNull()
  })

  test('gives up after ten attempts over 75 hours and 35 minutes', async () => {
    const down = scripted(() => Promise.reject(new TransportError('DNS_FAILED', 'not-sent', 'x')))
    const { accept, ring, alarmAtMs, states, store } = workbench({ down: down.destination })
    await accept('down')
    let last = START
    while (alarmAtMs() !== null) {
      last = alarmAtMs() ?? last
      await ring()
    }
    expect(down.calls).toHaveLength(10)
    expect(await states()).toEqual(['dead'])
    expect(last - START).toBeGreaterThanOrEqual((75 * 60 + 35) * 60_000)
    expect((await store.listDeliveries({ limit: 1 })).rows[0]).toMatchObject({ reason: { code: 'DNS_FAILED' } })
  })

  test('a Retry-After holds back the whole destination, and uses up no attempt', async () => {
    const busy = scripted((call) =>
      call === 1
        ? Promise.reject(
            new UpstreamError({ code: 'BUSY', retry: 'later', message: 'x', httpStatus: 429, retryAfterMs: 30_000 }),
          )
        : Promise.resolve({}),
    )
    const { accept, ring, alarmAtMs, store } = workbench({ busy: busy.destination })
    await accept('busy')
    await accept('busy', 5)
    expect(busy.calls).toHaveLength(1)
    expect(alarmAtMs()).toBe(START + 30_000)
    await ring()
    expect(busy.calls).toHaveLength(7)
    const { rows } = await store.listDeliveries({ limit: 9 })
    expect(rows.map((row) => `${row.state} ${row.attempts} ${row.countedAttempts}`).toSorted()).toEqual([
      ...Array.from({ length: 5 }, () => 'delivered 1 1'),
      'delivered 2 1',
    ])
  })

  test('a renewed token is used at once, and the refused call does not count', async () => {
    const expiring = scripted(
      (call) =>
        call === 1
          ? Promise.reject(new UpstreamError({ code: 'TOKEN_EXPIRED', retry: 'auth', message: 'x' }))
          : Promise.resolve({ key: 7 }),
      ['TOKEN_EXPIRED'],
    )
    const { accept, store } = workbench({ expiring: expiring.destination })
    await accept('expiring')
    const [row] = (await store.listDeliveries({ limit: 1 })).rows
    const delivery = await store.readDelivery(row?.id ?? '')
    expect(delivery).toMatchObject({ state: 'delivered', attempts: 2, countedAttempts: 1, receipt: { key: 7 } })
    expect(delivery?.history.map(({ number, outcome, counted }) => [number, outcome, counted])).toEqual([
      [1, 'unauthorized', false],
      [2, 'delivered', true],
    ])
  })

  test('credentials that are not accepted pause the destination, and burn no attempt', async () => {
    const locked = scripted(() => Promise.reject(new UpstreamError({ code: 'NO', retry: 'auth', message: 'x' })))
    const { accept, ring, alarmAtMs, outbox, states } = workbench({ locked: locked.destination })
    await accept('locked', 3)
    const calls = locked.calls.length
    expect(await outbox.gate('locked')).toMatchObject({ reason: 'credentials' })
    expect(alarmAtMs()).toBe(START + 60_000)
    await ring()
    expect(locked.calls).toHaveLength(calls + 1)
    expect(await states()).toEqual(['pending', 'pending', 'pending'])
  })

  test('a gate that closes while a lease is written lets nothing of that lease through', async () => {
    let refuse = (): void => undefined
    const busy = scripted((call) =>
      call === 1
        ? new Promise((_, reject) => {
            refuse = () =>
              reject(
                new UpstreamError({
                  code: 'BUSY',
                  retry: 'later',
                  message: 'x',
                  httpStatus: 429,
                  retryAfterMs: 60_000,
                }),
              )
          })
        : Promise.resolve({}),
    )
    const { accept, holdLeases, settle, states, store } = workbench({ busy: busy.destination })
    await accept('busy')
    const letGo = holdLeases()
    await accept('busy', 5)
    refuse()
    await settle()
    letGo()
    await settle()
    expect(busy.calls).toHaveLength(1)
    expect(await states()).toEqual(Array.from({ length: 6 }, () => 'pending'))
    const { rows } = await store.listDeliveries({ limit: 9 })
    expect(rows.map(({ attempts }) => attempts)).toEqual([0, 0, 0, 0, 0, 1])
  })

  test('what an upstream asked for holds over a restart', async () => {
    const gates = new Map([
      ['alpha', saveGate(OPEN_GATE, { ...OPEN_GATE, reason: 'retry-after', closedUntilMs: START + 5000 })],
    ])
    const alpha = scripted(() => Promise.resolve({}))
    const { accept, ring, alarmAtMs } = workbench({ alpha: alpha.destination }, gates)
    await accept('alpha')
    expect(alpha.calls).toHaveLength(0)
    expect(alarmAtMs()).toBe(START + 5000)
    await ring()
    expect(alpha.calls).toHaveLength(1)
  })

  test('looks that find nothing yet are no failures of the upstream', async () => {
    const reset = () => Promise.reject(new TransportError('CONNECTION_LOST', 'maybe-sent', 'x'))
    const lost = scripted(reset, [], true)
    const absent: Destination = { ...lost.destination, find: () => Promise.resolve({ verdict: 'absent' }) }
    const { accept, ring, outbox } = workbench({ lost: absent }, undefined, { ...PARK, marker: 'Reference' })
    await accept('lost', 4)
    expect(await outbox.gate('lost')).toMatchObject({ failuresInRow: 4 })
    await ring()
    expect(await outbox.gate('lost')).toMatchObject({ reason: null, failuresInRow: 0 })
  })

  test('a request that does not end in time is ended, and recorded as unsure by the policy of its route', async () => {
    const slow: Destination = {
      ...scripted(() => Promise.resolve({})).destination,
      async deliver(_, __, { observe, signal }) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        // What it did is told a good while after the signal.
        for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
        observe(EXCHANGE)
        throw new TransportError('ABORTED', 'maybe-sent', 'ended')
      },
    }
    const { accept, outbox, states, store, endWaits } = workbench({ slow })
    await accept('slow')
    const drained = outbox.drain(3000)
    await endWaits()
    await drained
    expect(await states()).toEqual(['parked'])
    expect((await store.listDeliveries({ limit: 1 })).rows[0]).toMatchObject({
      reason: { code: 'ABORTED' },
      attempts: 1,
    })
  })

  test('a call that still waits for its token then has sent nothing, and waits for the next process', async () => {
    const stuck = scripted(() => new Promise(() => undefined))
    const { accept, outbox, states, endWaits } = workbench({ stuck: stuck.destination })
    await accept('stuck')
    const drained = outbox.drain(3000)
    await endWaits()
    await endWaits()
    await drained
    expect(await states()).toEqual(['pending'])
  })

  test('a store that cannot lease for a while uses up no call', async () => {
    const alpha = scripted(() => Promise.resolve({}))
    const { accept, failLeases, ring, outbox, states } = workbench({ alpha: alpha.destination })
    failLeases(40)
    await accept('alpha')
    for (let round = 0; round < 40; round += 1) await ring()
    expect(await outbox.gate('alpha')).toMatchObject({ inFlight: 0 })
    expect(await states()).toEqual(['delivered'])
  })

  test('what the gate let through for a lease that is being written is not under way', async () => {
    const answers: (() => void)[] = []
    const alpha = scripted(() => new Promise<Receipt>((resolve) => answers.push(() => resolve({}))))
    const { accept, holdLeases, outbox, settle } = workbench({ alpha: alpha.destination })
    const letGo = holdLeases()
    await accept('alpha')
    outbox.wake('alpha')
    await settle()
    const inFlight = async () => (await outbox.gate('alpha'))?.inFlight
    expect(await inFlight()).toBe(0)
    letGo()
    await settle()
    expect(await inFlight()).toBe(1)
    answers[0]?.()
    await outbox.settled()
    expect(await inFlight()).toBe(0)
  })

  test('a lease that is written while the process stops is given back', async () => {
    const alpha = scripted(() => Promise.resolve({}))
    const { accept, holdLeases, outbox, states } = workbench({ alpha: alpha.destination })
    const letGo = holdLeases()
    await accept('alpha', 3)
    const drained = outbox.drain(3000)
    letGo()
    await drained
    expect(alpha.calls).toHaveLength(0)
    expect(await states()).toEqual(['pending', 'pending', 'pending'])
  })

  test('draining takes nothing new, and waits for what is under way', async () => {
    let finish = (): void => undefined
    const slow = scripted(() => new Promise((resolve) => (finish = () => resolve({}))))
    const { accept, outbox, states } = workbench({ slow: slow.destination })
    await accept('slow')
    const drained = outbox.drain(3000)
    await accept('slow')
    finish()
    await drained
    expect(slow.calls).toHaveLength(1)
    expect(await states()).toEqual(['pending', 'delivered'])
  })

  test('a rate spaces the deliveries of its destination, by the alarm', async () => {
    const alpha = scripted(() => Promise.resolve({}))
    const limits = { concurrency: 16, ratePerSecond: 4 }
    const { accept, ring, alarmAtMs } = workbench({ alpha: alpha.destination }, undefined, PARK, { limits })
    await accept('alpha', 4)
    const seen: [atMs: number | null, calls: number][] = [[alarmAtMs(), alpha.calls.length]]
    for (let round = 0; round < 3; round += 1) {
      await ring()
      seen.push([alarmAtMs(), alpha.calls.length])
    }
    // Nothing is left for which the clock would have to be looked at.
    expect(seen.map(([atMs, calls]) => [atMs === null ? null : atMs - START, calls])).toEqual([
      [250, 1],
      [500, 2],
      [750, 3],
      [null, 4],
    ])
  })

  test('an alarm that rings too early is set again', async () => {
    const down = scripted(() => Promise.reject(new TransportError('CONNECTION_REFUSED', 'not-sent', 'x')))
    const { accept, ringEarly, alarmAtMs } = workbench({ down: down.destination })
    await accept('down')
    await ringEarly()
    expect(down.calls).toHaveLength(1)
    expect(alarmAtMs()).toBe(START + 5000)
  })

  describe('credentials that can be tested', () => {
    /** Refuses deliveries once, and says to a test what it is told to. */
    const locked = (answer: () => Promise<void>) => {
      const alpha = scripted((call) =>
        call === 1
          ? Promise.reject(new UpstreamError({ code: 'NO', retry: 'auth', message: 'x' }))
          : Promise.resolve({}),
      )
      let tests = 0
      const test: Destination['test'] = () => {
        tests += 1
        return answer()
      }
      return { destination: { ...alpha.destination, test }, calls: alpha.calls, tests: () => tests }
    }

    test('are tested when the pause is over, before any delivery', async () => {
      const alpha = locked(() => Promise.resolve())
      const { accept, ring, outbox, states } = workbench({ alpha: alpha.destination })
      await accept('alpha')
      await ring()
      expect([alpha.tests(), alpha.calls.length]).toEqual([1, 2])
      expect(await outbox.gate('alpha')).toMatchObject({ reason: null })
      expect(await states()).toEqual(['delivered'])
    })

    test('that are still refused pause the destination again, and no delivery is tried', async () => {
      const refused = new UpstreamError({ code: 'NO', retry: 'auth', message: 'x' })
      const alpha = locked(() => Promise.reject(refused))
      const { accept, ring, alarmAtMs, states } = workbench({ alpha: alpha.destination })
      await accept('alpha')
      await ring()
      expect([alpha.tests(), alpha.calls.length]).toEqual([1, 1])
      expect(alarmAtMs()).toBe(START + 60_000 + 300_000)
      expect(await states()).toEqual(['pending'])
    })

    test('are tested by a word, which opens the gate', async () => {
      const alpha = locked(() => Promise.resolve())
      const { accept, outbox, settle, states } = workbench({ alpha: alpha.destination })
      await accept('alpha')
      expect(await outbox.test('alpha')).toMatchObject({ outcome: 'delivered' })
      await settle()
      expect(await states()).toEqual(['delivered'])
    })

    test('are tested nowhere else', async () => {
      const alpha = scripted(() => Promise.resolve({}))
      const { outbox } = workbench({ alpha: alpha.destination })
      expect(await outbox.test('alpha')).toBeNull()
      expect(await outbox.test('unknown')).toBeNull()
    })
  })

  describe('a chore', () => {
    test('runs when it is woken, when it asked to be, and again after its failure', async () => {
      const times: number[] = []
      const answers = [() => START + 7000, () => Promise.reject(new Error('locked')), () => null]
      const chore: Chore = {
        name: 'sweep',
        run: async (nowMs) => {
          times.push(nowMs - START)
          return (await answers.shift()?.()) ?? null
        },
      }
      const { outbox, settle, ring, alarmAtMs } = workbench({}, undefined, PARK, {}, [chore])
      outbox.wake()
      await settle()
      await ring()
      await ring()
      expect(times).toEqual([0, 7000, 8000])
      expect(alarmAtMs()).toBeNull()
      outbox.wakeChore('sweep')
      await settle()
      expect(times).toHaveLength(4)
    })
  })
})
