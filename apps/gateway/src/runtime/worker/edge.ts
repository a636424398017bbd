import { ConfigError } from '@sluice/errors'
import type { ReadAsset } from '../../api/document.ts'
import { createHttp, type Http } from '../../app.ts'
import type { ConfigFile } from '../../config.ts'
import { createLanes } from '../../engine.ts'
import { createAmbient, startTimer } from './ambient.ts'
import type { Bindings } from './bindings.ts'
import { controlOf } from './control.ts'
import { gateOf } from './destination-gate.ts'
import { readSettings } from './environment.ts'
import { createGenerationsCheck, keeperAmong } from './generations.ts'
import { ANSWER_MS, inTime } from './in-time.ts'
import { PLATFORM_LIMITS } from './limits.ts'
import { createRemoteControl } from './remote-control.ts'
import { createRemoteDesk } from './remote-desk.ts'
import { createPlaces, idsAt, tagOf } from './places.ts'
import { createRemoteGatekeeper } from './remote-gatekeeper.ts'
import { createUnconfigured, withAllShards } from './refusing.ts'
import { callByShard, type ShardAt } from './remote-shard.ts'
import { checkSeldom } from './seldom.ts'
import { createShardedIntakeAll } from './sharded-intake-all.ts'
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
    return createUnconfigured(createAmbient(), error.faults)
  }
}

function createConfigured(configFile: ConfigFile, environment: Bindings): Http {
  const { config, generations, fixedEgress } = readSettings(configFile, environment, PLATFORM_LIMITS)
  const ambient = createAmbient()
  const { nowMs, newId, random, sleep, log } = ambient
  const places = createPlaces(generations, random)
  const shardAt: ShardAt = (place) =>
    inTime(environment.OUTBOX_SHARDS.getByName(tagOf(place)), ANSWER_MS.shard, startTimer)
  const store = createShardedStore(places, shardAt, PLATFORM_LIMITS)
  const control = createRemoteControl(() => controlOf(environment))
  // The edge delivers nothing: of a lane it needs what judges a callback.
  const lanes = createLanes(config, { fetch: neverFetch, nowMs, control }, (destination) =>
    createRemoteGatekeeper({
      destination,
      holder: 'edge',
      gate: () => gateOf(environment, destination),
      hasRate: false,
      sleep,
      nowMs,
      log,
    }),
  )
  const ifKnown = async <Result>(name: string, ask: () => Promise<Result>): Promise<Result | null> =>
    config.destinations.has(name) ? ask() : null
  const http = createHttp(
    config,
    {
      ...ambient,
      control,
      keyDesk: createRemoteDesk(config.keys, () => controlOf(environment), ambient),
      store: { ...store, check: checkSeldom(store.check) },
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
      intakeAll: createShardedIntakeAll(places, shardAt, newId),
      lanes,
      outbox: {
        // A shard wakes itself after whatever it was asked to do.
        wake: () => undefined,
        wakeChore: () => undefined,
        gate: async (name) => (await ifKnown(name, () => gateOf(environment, name).state())) ?? undefined,
        pause: async (name, word) => (await ifKnown(name, async () => gateOf(environment, name).pause(word))) !== null,
        resume: async (name, word) =>
          (await ifKnown(name, async () => gateOf(environment, name).resume(word))) !== null,
        test: (name) => ifKnown(name, async () => gateOf(environment, name).test()),
        call(request) {
          const { destination, operation, input } = request
          const call = config.destinations.get(destination)?.calls[operation]
          const repeatable = call?.effect === 'read' || call?.idempotent(input) === true
          return ifKnown(destination, () => callByShard(shardAt(places.any()), request, repeatable))
        },
      },
    },
    { version: VERSION, sandboxUrl: null, example: null, fixedEgress, readAsset: assetsOf(environment) },
  )
  return withAllShards(
    http,
    createGenerationsCheck(generations, () => keeperAmong(environment.OUTBOX_SHARDS, startTimer)),
    ambient,
  )
}

/** Reads what was made when the Worker was built. It is served by way of the Worker, so that every rule of ours holds for it. */
function assetsOf({ ASSETS }: Pick<Bindings, 'ASSETS'>): ReadAsset {
  return async (path) => {
    const reply = await ASSETS.fetch(`http://assets${path}`)
    if (!reply.ok) throw new Error(`the asset ${path} is answered with ${reply.status}`)
    return reply.arrayBuffer()
  }
}

function neverFetch(): Promise<never> {
  return Promise.reject(new Error('the edge calls no upstream'))
}
