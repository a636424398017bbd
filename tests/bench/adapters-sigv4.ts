import { type HashFunctions, signSigV4 } from '@sluice/sigv4'
import { verifySigV4 } from '@sluice/sigv4/verify'
import { SignatureV4 } from '@smithy/signature-v4'
import { CryptoHasher } from 'bun'
import { createHash, createHmac } from 'node:crypto'

import { nodeHashes, NodeSha256, secretBytes } from '../contract/node-sha256.ts'
import { loadLibrary } from './adapters-library.ts'
import type { Contender } from './adapters-rounds.ts'
import { EVENT } from './event.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 12, 30, 15)
const HOST = 'api.example.com'
const PATH = '/v1/contacts'
const METHOD = 'POST'
const url = `https://${HOST}${PATH}`
const contentType = { 'content-type': 'application/json' }
const scope = { region: 'eu-north-1', service: 'execute-api' }
const credentials = { accessKeyId: 'AKIDBENCH', secretAccessKey: 'bench-secret' }
const body = new TextEncoder().encode(EVENT)
const encoder = new TextEncoder()

const bunHashes: HashFunctions = {
  sha256Hex: (content) => CryptoHasher.hash('sha256', content, 'hex'),
  hmacSha256Hex: (key, text) => new CryptoHasher('sha256', key).update(text).digest('hex'),
}

type Secret = ConstructorParameters<typeof NodeSha256>[0]

function hasherOf(secret: Secret): CryptoHasher {
  return secret === undefined ? new CryptoHasher('sha256') : new CryptoHasher('sha256', secretBytes(secret))
}

/** The same hash for the other signer. */
class BunSha256 {
  readonly #secret: Secret
  #hasher: CryptoHasher

  constructor(secret?: Secret) {
    this.#secret = secret
    this.#hasher = hasherOf(secret)
  }

  update(chunk: Uint8Array): void {
    this.#hasher.update(chunk)
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hasher.digest())
  }

  reset(): void {
    this.#hasher = hasherOf(this.#secret)
  }
}

/** As much as is hashed for the request: its canonical form and its string to sign. */
const CANONICAL = 'c'.repeat(180)
const STRING_TO_SIGN = 's'.repeat(138)
const SIGNING_KEY = new Uint8Array(32).fill(7)

type Sign = () => Promise<string>

function smithySigner(sha256: typeof NodeSha256 | typeof BunSha256): Sign {
  const signer = new SignatureV4({ ...scope, credentials, sha256, applyChecksum: false, uriEscapePath: true })
  return async () => {
    const headers = { host: HOST }
    const request = { protocol: 'https:', hostname: HOST, method: METHOD, path: PATH, query: {}, headers, body }
    const signed = await signer.sign(request, { signingDate: new Date(NOW_MS) })
    return signed.headers.authorization ?? ''
  }
}

async function signHere(hashes?: HashFunctions): Promise<string> {
  const options = { ...scope, nowMs: NOW_MS, ...(hashes === undefined ? {} : { hashes }) }
  const signed = await signSigV4({ method: METHOD, url, headers: contentType, body }, credentials, options)
  return signed.headers.authorization ?? ''
}

interface Aws4fetch {
  readonly AwsV4Signer: new (options: object) => { sign(): Promise<{ headers: Headers }> }
}

async function aws4fetchSigner(): Promise<Sign> {
  const { AwsV4Signer } = await loadLibrary<Aws4fetch>('aws4fetch', '@sluice/sigv4')
  const cache = new Map()
  const options = { method: METHOD, url, headers: contentType, body, ...scope, ...credentials, cache }
  return async () => {
    const signed = await new AwsV4Signer({ ...options, datetime: '20261122T123015Z' }).sign()
    return signed.headers.get('authorization') ?? ''
  }
}

/** The three hashes of a signature and nothing else. */
async function bareWebCrypto(): Promise<() => Promise<unknown>> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', SIGNING_KEY, algorithm, false, ['sign'])
  return async () => {
    await crypto.subtle.digest('SHA-256', body)
    await crypto.subtle.digest('SHA-256', encoder.encode(CANONICAL))
    return crypto.subtle.sign(algorithm, key, encoder.encode(STRING_TO_SIGN))
  }
}

/** The chain in each of the functions that are compared: what nobody can be faster than. */
async function bareChains(): Promise<(readonly [name: string, work: () => unknown])[]> {
  return [
    ['bare chain, Bun.CryptoHasher', bareBun],
    ['bare chain, node:crypto', bareNodeCrypto],
    ['bare chain, WebCrypto', await bareWebCrypto()],
  ]
}

function bareBun(): string {
  CryptoHasher.hash('sha256', body, 'hex')
  CryptoHasher.hash('sha256', CANONICAL, 'hex')
  return new CryptoHasher('sha256', SIGNING_KEY).update(STRING_TO_SIGN).digest('hex')
}

function bareNodeCrypto(): string {
  createHash('sha256').update(body).digest('hex')
  createHash('sha256').update(CANONICAL).digest('hex')
  return createHmac('sha256', SIGNING_KEY).update(STRING_TO_SIGN).digest('hex')
}

async function verifier(hashes?: HashFunctions): Promise<() => Promise<unknown>> {
  const options = { ...scope, nowMs: NOW_MS, ...(hashes === undefined ? {} : { hashes }) }
  const signed = await signSigV4({ method: METHOD, url, headers: contentType, body }, credentials, options)
  const request = { method: METHOD, url, headers: new Headers(signed.headers) }
  return () => verifySigV4(request, body, () => credentials, options)
}

/** Those who sign, one after another or many at once; all of them make the same signature, which is checked here. */
export async function signers(inFlight: number): Promise<Contender[]> {
  const signing: readonly (readonly [string, Sign])[] = [
    ['signSigV4, Bun.CryptoHasher', () => signHere(bunHashes)],
    ['@smithy/signature-v4, the same', smithySigner(BunSha256)],
    ['signSigV4, node:crypto', () => signHere(nodeHashes)],
    ['@smithy/signature-v4, node:crypto', smithySigner(NodeSha256)],
    ['signSigV4, aws4fetch (the default)', () => signHere()],
    ['aws4fetch alone', await aws4fetchSigner()],
  ]
  const signatures = new Set(await Promise.all(signing.map(([, sign]) => sign().then(signatureIn))))
  if (signatures.size !== 1) throw new Error('bench: the signers do not sign alike')
  return [...signing, ...(await bareChains())].map(([name, work]) => ({ name, work, inFlight }))
}

function signatureIn(authorization: string): string {
  return /Signature=([0-9a-f]{64})$/.exec(authorization)?.[1] ?? 'none'
}

/** The verifier with each hash, beside the other signer: no other library verifies, and to verify is to sign again. */
export async function verifiers(inFlight: number): Promise<Contender[]> {
  const verifying: readonly (readonly [string, () => unknown])[] = [
    ['verifySigV4, Bun.CryptoHasher', await verifier(bunHashes)],
    ['@smithy/signature-v4, the same', smithySigner(BunSha256)],
    ['verifySigV4, node:crypto', await verifier(nodeHashes)],
    ['verifySigV4, WebCrypto', await verifier()],
  ]
  return [...verifying, ...(await bareChains())].map(([name, work]) => ({ name, work, inFlight }))
}
