import { closeSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Reserve } from '../../store/reserve.ts'

/** How much is kept back: 8 MiB, about ten thousand results of deliveries. */
const RESERVE_BYTES = 8_388_608
/** Of a small file system no more than this share. */
const MOST_OF_THE_DISK = 1 / 8
/** How long after it was found missing it is tried to make it again. */
const RETRY_MS = 1000
const BLOCK = new Uint8Array(65_536)

export interface ReserveOptions {
  readonly folder: string
  readonly nowMs: () => number
  /** Called when room was given back: what holds the data may now use what it has better. */
  readonly onGivenUp: () => void
}

/**
 * Keeps room on the disk by a file that holds nothing, and is deleted when a write finds no room.
 *
 * Where it cannot be made the disk is as good as full, and nothing new is accepted from the start.
 */
export function openReserve({ folder, nowMs, onGivenUp }: ReserveOptions): Reserve {
  const file = join(folder, 'reserve')
  let isMade = make(file, folder)
  let triedAtMs = nowMs()
  return {
    isThere() {
      if (isMade || nowMs() - triedAtMs < RETRY_MS) return isMade
      isMade = make(file, folder)
      triedAtMs = nowMs()
      return isMade
    },
    giveUp() {
      if (!isMade) return
      isMade = false
      triedAtMs = nowMs()
      rmSync(file, { force: true })
      onGivenUp()
    },
  }
}

/** Writes the file, and leaves nothing of it where there is no room for all of it. */
function make(file: string, folder: string): boolean {
  const { blocks, bsize } = statfsSync(folder)
  const size = Math.min(RESERVE_BYTES, Math.floor(blocks * bsize * MOST_OF_THE_DISK))
  const descriptor = openSync(file, 'w', 0o600)
  try {
    // A file of zeros that were never written takes no room.
    for (let written = 0; written < size;)
      written += writeSync(descriptor, BLOCK, 0, Math.min(BLOCK.length, size - written))
    fsyncSync(descriptor)
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && NO_ROOM.has(String(error.code)))) throw error
    rmSync(file, { force: true })
    return false
  } finally {
    closeSync(descriptor)
  }
}

/** What a write says that finds no room: none on the disk, none in the user's share of it, or no file as large as that. */
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])
