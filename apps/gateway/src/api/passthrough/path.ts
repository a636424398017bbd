import { z } from 'zod'

/** From where an operation takes its input: all of them take the parameters of the path, too. */
export type Takes = 'query' | 'body' | 'rows' | 'bytes'

/** Members of an input that have another name in a path. */
const MEMBERS = { project: 'projectID', record: 'id' } as const
export type Members = typeof MEMBERS

/** Lists the parameters of a path, each with the member of the input that it is. */
export function parametersOf(path: string): readonly (readonly [parameter: string, member: string])[] {
  const renamed: Readonly<Record<string, string>> = MEMBERS
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => [name, renamed[name] ?? name] as const)
}

/** A part of a path: nothing in it leads anywhere else. */
export const pathPart = z
  .string()
  .min(1)
  .max(255)
  .refine((part) => part !== '.' && part !== '..' && !/[\p{Cc}/\\?#]/u.test(part), {
    error: 'expected one part of a path, without / \\ ? # and control characters',
  })
