import type { Takes } from '../src/api/passthrough/path.ts'

/**
 * What a Worker has in place of `declare.ts`: of the routes of the upstreams what serves them. What describes them stands in the
 * document, which was made when the Worker was built.
 */
export function routesOf(kind: string) {
  const entry = (operation: string, method: string, path: string, takes: Takes, status: number) => ({
    kind,
    operation,
    takes,
    status,
    route: { method, path },
  })
  return {
    get: (operation: string, path: string) => entry(operation, 'get', path, 'query', 200),
    write: (method: string, operation: string, path: string, status: number) =>
      entry(operation, method, path, 'body', status),
    load: (operation: string, path: string) => entry(operation, 'post', path, 'rows', 201),
    upload: (operation: string, path: string) => entry(operation, 'post', path, 'bytes', 201),
  }
}
