import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The root of the repository. */
export const ROOT = join(import.meta.dirname, '../..')

/** A package that is published. */
export interface Package {
  /** Name of its folder, such as `sigv4`. */
  readonly folder: string
  readonly path: string
  readonly manifest: Manifest
  /** Empty where there is none. */
  readonly readme: string
}

/** What is read of a package.json. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly license: string
  readonly keywords?: readonly string[]
  /** What can be imported: a source file for each entry point, such as `.` and `./verify`. */
  readonly exports: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
}

/** Lists the packages by the names of their folders. */
export function publishedPackages(): Package[] {
  const folders = readdirSync(join(ROOT, 'packages')).toSorted()
  return folders.map((folder) => {
    const path = join(ROOT, 'packages', folder)
    const manifest: Manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
    const readmeFile = join(path, 'README.md')
    return { folder, path, manifest, readme: existsSync(readmeFile) ? readFileSync(readmeFile, 'utf8') : '' }
  })
}

/**
 * Chooses the packages that are asked for by the names of their folders; all when none is.
 *
 * @throws Error there is no such package.
 */
export function chosenPackages(all: readonly Package[], asked: readonly string[]): readonly Package[] {
  const missing = asked.filter((name) => all.every(({ folder }) => folder !== name))
  if (missing.length > 0) throw new Error(`packaging: there is no package ${missing.join(', ')}`)
  return asked.length === 0 ? all : all.filter(({ folder }) => asked.includes(folder))
}

/** Lists a package and every package of this repository that it needs, directly or not. */
export function withSiblings(first: Package, all: readonly Package[]): Package[] {
  const found = new Set([first])
  for (const { manifest } of found) {
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      const sibling = all.find((candidate) => candidate.manifest.name === name)
      if (sibling !== undefined) found.add(sibling)
    }
  }
  return [...found]
}

/** What a program may bundle of a package: one of its entry points, or all of them together. */
export interface Bundle {
  /** Such as `sigv4`, `sigv4/verify` or `sigv4, all entries`. */
  readonly name: string
  readonly files: readonly string[]
}

/** Lists the bundles of a package: each entry point alone and, where there are several, all in one. */
export function bundlesOf({ folder, path, manifest }: Package): Bundle[] {
  const entries = Object.entries(manifest.exports).map(([entry, file]) => ({
    name: join(folder, entry),
    files: [join(path, file)],
  }))
  if (entries.length === 1) return entries
  return [...entries, { name: `${folder}, all entries`, files: entries.flatMap(({ files }) => files) }]
}
