import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { spawn, spawnSync } from 'bun'

const ROOT = resolve(import.meta.dir, '../..')

/** How a tool ended, and all that it said. */
export interface ToolRun {
  readonly exitCode: number
  readonly output: string
}

/** A copy of the repository in which something wrong can be planted. */
export interface RepositoryCopy {
  /** Runs a tool of `node_modules/.bin` in the copy. */
  run(tool: string, ...args: readonly string[]): Promise<ToolRun>
  /** Writes a file; `undo` takes it back. */
  plant(path: string, text: string): void
  /** Adds a dependency to a package.json, as a developer would; `undo` takes it back. */
  addDependency(folder: string, name: string): void
  undo(): void
  remove(): void
}

/** Copies the files that the repository holds, and links what is installed. */
export function copyRepository(): RepositoryCopy {
  // The real path: a folder of links would look to the tools like another one.
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-walls-')))
  const files = repositoryFiles()
  for (const file of files) cpSync(join(ROOT, file), join(copy, file))
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  // Links between workspaces are relative, so they lead to the workspaces of the copy.
  for (const folder of workspaces(files)) {
    const modules = join(folder, 'node_modules')
    if (!existsSync(join(ROOT, modules))) continue
    cpSync(join(ROOT, modules), join(copy, modules), { recursive: true, verbatimSymlinks: true })
  }
  const originals = new Map<string, string | null>()

  const write = (path: string, text: string) => {
    const file = join(copy, path)
    if (!originals.has(path)) originals.set(path, existsSync(file) ? readFileSync(file, 'utf8') : null)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }

  return {
    async run(tool, ...args) {
      const child = spawn([join(copy, 'node_modules/.bin', tool), ...args], {
        cwd: copy,
        stdin: 'ignore',
        stdout: 'pipe',
        stderr: 'pipe',
        env: { ...process.env, NO_COLOR: '1', TURBO_TELEMETRY_DISABLED: '1' },
      })
      const [out, err, exitCode] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
        child.exited,
      ])
      return { exitCode, output: `${out}\n${err}` }
    },
    plant: write,
    addDependency(folder, name) {
      const path = `${folder}/package.json`
      const manifest = JSON.parse(readFileSync(join(copy, path), 'utf8')) as { dependencies?: Record<string, string> }
      write(
        path,
        JSON.stringify({ ...manifest, dependencies: { ...manifest.dependencies, [name]: 'workspace:*' } }, null, 2),
      )
    },
    undo() {
      for (const [path, text] of originals) {
        if (text === null) rmSync(join(copy, path))
        else writeFileSync(join(copy, path), text)
      }
      originals.clear()
    },
    remove: () => rmSync(copy, { recursive: true, force: true }),
  }
}

/** Tracked files, and new ones that are not ignored: what a commit of everything would hold. */
function repositoryFiles(): readonly string[] {
  const listed = spawnSync(['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT })
  const files = listed.stdout.toString().split('\0')
  return files.filter((file) => file !== '' && existsSync(join(ROOT, file)))
}

/** Holds the programs of the slow suites, which no tool for walls looks at, and which are large. */
const TOOLS = 'tests/tools'

/** Lists the folders that have a package.json of their own, without the root and the slow suites' programs. */
function workspaces(files: readonly string[]): readonly string[] {
  const folders = files.flatMap((file) => (file.endsWith('/package.json') ? [dirname(file)] : []))
  return folders.filter((folder) => folder !== TOOLS)
}
