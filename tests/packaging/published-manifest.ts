import type { Manifest } from './packages.ts'

/** Marks a dependency on a package of this repository. */
const WORKSPACE = 'workspace:*'

/**
 * Makes the package.json that is published out of the one that is worked with: built files instead of sources, versions
 * instead of references within the repository.
 *
 * @param versions - Version of each package of the repository, by name.
 * @throws Error a dependency on a package that the repository does not have.
 */
export function publishedManifest(manifest: Manifest, versions: ReadonlyMap<string, string>): object {
  const { name, version, description, license, keywords = [], exports, dependencies = {} } = manifest
  return {
    name,
    version,
    description,
    license,
    keywords,
    type: 'module',
    sideEffects: false,
    exports: Object.fromEntries(Object.entries(exports).map(([entry, source]) => [entry, built(source)])),
    files: ['**/*.js', '**/*.d.ts'],
    engines: { node: '>=20' },
    publishConfig: { access: 'public' },
    dependencies: Object.fromEntries(
      Object.entries(dependencies).map(([dependency, range]) => [dependency, published(dependency, range, versions)]),
    ),
  }
}

/** Names what is built of a source file. Types first: the first condition that fits is taken. */
function built(source: string): object {
  const module = source.replace(/^\.\/src\//, './').replace(/\.ts$/, '')
  return { types: `${module}.d.ts`, default: `${module}.js` }
}

function published(dependency: string, range: string, versions: ReadonlyMap<string, string>): string {
  if (range !== WORKSPACE) return range
  const version = versions.get(dependency)
  if (version === undefined) throw new Error(`packaging: there is no package ${dependency}`)
  return version
}
