import type { Admission } from '../../control/desk.ts'
import type { ControlStore } from '../../control/port.ts'
import type { Now } from '../../ports.ts'
import { type Answer, resultOf } from './answer.ts'

/** The object that keeps keys and aliases, as others call it. */
export interface RemoteControl {
  admit(digest: string, wanted: number): Promise<Answer<Admission | null>>
  ask(method: keyof ControlStore, parameters: readonly unknown[]): Promise<Answer<unknown>>
}

/** For how long what the object said is believed: after a change, it may be so long until it holds everywhere. */
export const BELIEVED_MS = 3000
/** Aliases that are known at once: an alias may come from an event. */
const MAX_KNOWN = 1000

/** Creates the store of keys and aliases that another object keeps. */
export function createRemoteControl(control: () => RemoteControl): ControlStore {
  const ask = <Method extends keyof ControlStore>(method: Method, ...parameters: Parameters<ControlStore[Method]>) =>
    resultOf(control().ask(method, parameters)) as ReturnType<ControlStore[Method]>
  return {
    addKey: (key) => ask('addKey', key),
    findKey: (digest, nowMs) => ask('findKey', digest, nowMs),
    readKey: (id) => ask('readKey', id),
    listKeys: (page) => ask('listKeys', page),
    revokeKey: (request) => ask('revokeKey', request),
    rotateKey: (request) => ask('rotateKey', request),
    noteKeyUse: (id, atMs) => ask('noteKeyUse', id, atMs),
    readAlias: (address) => ask('readAlias', address),
    listAliases: (destination) => ask('listAliases', destination),
    aliasHistory: (address) => ask('aliasHistory', address),
    changeAlias: (address, change) => ask('changeAlias', address, change),
  }
}

/**
 * Creates what looks aliases up for deliveries. That one stands for nothing is never believed: whoever sets it and sends
 * again what had failed would see it fail once more.
 */
export function createRemoteAliases(control: () => RemoteControl, nowMs: Now): Pick<ControlStore, 'readAlias'> {
  const remote = createRemoteControl(control)
  const known = new Map<string, { readonly id: number; readonly untilMs: number }>()
  return {
    async readAlias(address) {
      const name = `${address.destination} ${address.alias}`
      const found = known.get(name)
      if (found !== undefined && found.untilMs > nowMs()) return found.id
      const askedMs = nowMs()
      const id = await remote.readAlias(address)
      if (known.size >= MAX_KNOWN) known.clear()
      if (id === null) known.delete(name)
      else known.set(name, { id, untilMs: askedMs + BELIEVED_MS })
      return id
    },
  }
}
