import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Reads every file of a folder and of those in it, a character for each byte. */
export function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path).toString('latin1'))
}
