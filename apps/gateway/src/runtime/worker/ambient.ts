import { createIds } from '../../ids.ts'
import type { Ports } from '../../ports.ts'
import type { Timer } from './clock.ts'
import { writeLog } from './log.ts'

/** As many as a digest of SHA-256 has: more cannot be told apart by what is stored of it. */
const TOKEN_BYTES = 32

/** Supplies what needs neither a store nor a network: clock, ids, randomness, log. */
export function createAmbient(): Pick<
  Ports,
  'nowMs' | 'newId' | 'newToken' | 'random' | 'fillRandom' | 'sleep' | 'startTimer' | 'log'
> {
  return {
    nowMs: Date.now,
    newId: createIds(Date.now, fillRandom),
    newToken: () => base64url(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES))),
    random: Math.random,
    fillRandom,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    startTimer,
    log: writeLog,
  }
}

const fillRandom: Ports['fillRandom'] = (bytes) => void crypto.getRandomValues(bytes)

/** Starts a wait that can be ended early. */
export function startTimer(afterMs: number): Timer {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(() => resolve(), afterMs)
  return { over: promise, cancel: () => clearTimeout(timer) }
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
