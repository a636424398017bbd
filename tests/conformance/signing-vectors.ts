import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SigningVector } from './suite.ts'

/**
 * Reads the published vectors in a folder: `botocore` (tests/unit/auth/aws4_testsuite of boto/botocore) and `aws4`
 * (test/aws-sig-v4-test-suite of mhart/aws4), one folder of files per vector.
 *
 * @param root - None where it is not given.
 */
export function readSigningVectors(root: string | undefined): SigningVector[] {
  if (root === undefined || root === '') return []
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.req'))
    .toSorted()
    .map((file) => {
      const read = (ending: string) => readFileSync(join(root, file.replace(/req$/, ending)), 'utf8')
      const name = file.split('/').slice(0, -1).join('/')
      return { name, req: read('req'), creq: read('creq'), sts: read('sts'), authz: read('authz') }
    })
}
