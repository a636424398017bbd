import { ConfigError } from '@sluice/errors'
import { createHttp, type Http } from '../../app.ts'
import type { ConfigFile } from '../../config.ts'
import { createLanes } from '../../engine.ts'
import { problemOf, RequestError } from '../../problem.ts'
import { createAmbient } from './ambient.ts'
import type { Bindings } from './bindings.ts'
import { readSettings } from './environment.ts'
import { PLATFORM_LIMITS } from './limits.ts'
import { createPlaces, idsAt, tagOf } from './places.ts'
import { createRemoteGatekeeper } from './remote-gatekeeper.ts'
import type { ShardAt } from './remote-shard.ts'
import { createShardedIntake, createShardedStore } from './sharded-store.ts'
import { VERSION } from './version.ts'

/** How often the edge asks the shards for changes, in milliseconds, for somebody who follows them. */
const POLL_MS = 2000

/** Composes what answers HTTP at the edge. Where something is not configured, that is all it says. */
export function createEdge(configFile: ConfigFile, environment: Bindings): Http {
  try {
    return createConfigured(configFile, environment)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return createUnconfigured(error.faults)
  }
}

function createConfigured(configFile: ConfigFile, environment: Bindings): Http {
  const { config, generations, fixedEgress } = readSettings(configFile, environment, PLATFORM_LIMITS)
  const ambient = createAmbient()
  const { nowMs, newId, random, sleep, log } = ambient
  const places = createPlaces(generations, random)
  const shardAt: ShardAt = (place) => environment.OUTBOX_SHARDS.getByName(tagOf(place))
  const gateOf = (name: string) => environment.DESTINATION_GATES.getByName(name)
  // The edge delivers nothing: of a lane it needs what judges a callback.
  const lanes = createLanes(config, { fetch: neverFetch, nowMs }, (destination) =>
    createRemoteGatekeeper({
      destination,
      holder: 'edge',
      gate: () => gateOf(destination),
      hasRate: false,
      sleep,
      nowMs,
      log,
    }),
  )
  const ifKnown = async <Result>(name: string, ask: () => Promise<Result>): Promise<Result | null> =>
    config.destinations.has(name) ? ask() : null
  return createHttp(
    config,
    {
      ...ambient,
      store: createShardedStore(places, shardAt, PLATFORM_LIMITS),
      watch: {
        changed: () => sleep(POLL_MS),
        maxReads: Math.max(1, Math.floor(PLATFORM_LIMITS.streamCalls / places.all.length)),
        stopped: null,
      },
      idsBeside: (id) => {
        const place = places.ofId(id)
        return place === null ? newId : idsAt(newId, place)
      },
    },
    {
      intake: createShardedIntake(places, shardAt, newId),
      lanes,
      outbox: {
        // A shard wakes itself after whatever it was asked to do.
        wake: () => undefined,
        wakeChore: () => undefined,
        gate: async (name) => (await ifKnown(name, () => gateOf(name).state())) ?? undefined,
        pause: async (name) => (await ifKnown(name, async () => gateOf(name).pause())) !== null,
        resume: async (name) => (await ifKnown(name, async () => gateOf(name).resume())) !== null,
        test: (name) => ifKnown(name, async () => gateOf(name).test()),
      },
    },
    { version: VERSION, sandboxUrl: null, example: null, fixedEgress },
  )
}

function neverFetch(): Promise<never> {
  return Promise.reject(new Error('the edge calls no upstream'))
}

/** Answers for a Worker whose settings are not complete: `/readyz` names all that is wrong, and nothing is taken. */
export function createUnconfigured(faults: readonly string[]): Http {
  return {
    fetch(request) {
      const { pathname } = new URL(request.url)
      if (pathname === '/healthz') return Response.json({ status: 'ok' })
      if (pathname === '/readyz') {
        const checks = faults.map((detail) => ({ name: 'configuration', ok: false, detail }))
        return Response.json({ status: 'unavailable', checks }, { status: 503 })
      }
      const { problem, headers } = problemOf(new RequestError('NOT_CONFIGURED'))
      return Response.json(problem, {
        status: problem.status,
        headers: { ...headers, 'content-type': 'application/problem+json' },
      })
    },
  }
}
