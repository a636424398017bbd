import { join } from 'node:path'
import { toolModule } from '../../tools/install.ts'

export interface ContractBundle {
  /** The module that runs the contract. */
  readonly entry: string
  /** Where the bundle is written. */
  readonly folder: string
  readonly target: 'node' | 'browser'
  /** Modules that the runtime has. */
  readonly external: readonly string[]
}

/** What `expect` loads of Node where there is none, and does not use: it names the modules to leave out of a stack. */
const OF_NODE = 'module.exports = { builtinModules: [] }'

/**
 * Bundles the contract of the store for a runtime without `bun:test`: a stand-in takes its place, whose `expect` is that of
 * the package of this name.
 *
 * @returns the path of the bundle.
 * @throws AggregateError it cannot be bundled.
 */
export async function bundleContract({ entry, folder, target, external }: ContractBundle): Promise<string> {
  const standIn = [
    `export * from ${JSON.stringify(join(import.meta.dirname, 'stand-in.ts'))}`,
    `export { expect } from ${JSON.stringify(toolModule('expect'))}`,
  ].join('\n')
  const built = await Bun.build({
    entrypoints: [entry],
    outdir: folder,
    naming: '[name].mjs',
    format: 'esm',
    target,
    external: [...external],
    plugins: [
      {
        name: 'bun:test elsewhere',
        setup(build) {
          build.onResolve({ filter: /^bun:test$/ }, () => ({ path: 'bun-test', namespace: 'stand-in' }))
          build.onLoad({ filter: /.*/, namespace: 'stand-in' }, () => ({ contents: standIn, loader: 'ts' }))
          if (target !== 'browser') return
          build.onResolve({ filter: /^(util\/types|module)$/ }, ({ path }) => ({ path, namespace: 'of-node' }))
          build.onLoad({ filter: /.*/, namespace: 'of-node' }, () => ({ contents: OF_NODE, loader: 'js' }))
        },
      },
    ],
  })
  const [output] = built.outputs
  if (output === undefined) throw new Error('the contract was not bundled')
  return output.path
}
