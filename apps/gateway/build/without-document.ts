/**
 * What a Worker has in place of `@asteasolutions/zod-to-openapi`: its schemas and routes describe themselves to nobody, since the
 * document was made from the very same routes when the Worker was built.
 */
import { ZodType } from 'zod'

// Set as the library sets it: zod copies what it can enumerate.
Object.assign(ZodType.prototype, {
  openapi(this: ZodType) {
    return this
  },
})

/** Notes nothing. */
export class OpenAPIRegistry {
  readonly definitions: readonly never[] = []
  registerPath(): void {}
  registerComponent(): void {}
}

export function extendZodWithOpenApi(): void {}

export const getOpenApiMetadata = notHere
export const OpenApiGeneratorV3 = notHere
export const OpenApiGeneratorV31 = notHere

function notHere(): never {
  throw new Error('the Worker makes no document')
}
