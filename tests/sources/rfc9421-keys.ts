import type { MessageKey } from '@sluice/gateway'

/** The keys of RFC 9421 appendix B.1, all but the private parts. */
export const RFC_KEYS = {
  'test-shared-secret': {
    keyId: 'test-shared-secret',
    algorithm: 'hmac-sha256',
    secretBase64: 'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==',
  },
  'test-key-ed25519': {
    keyId: 'test-key-ed25519',
    algorithm: 'ed25519',
    publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs' },
  },
  'test-key-ecc-p256': {
    keyId: 'test-key-ecc-p256',
    algorithm: 'ecdsa-p256-sha256',
    publicKey: {
      kty: 'EC',
      crv: 'P-256',
      x: 'qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA',
      y: 'Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0',
    },
  },
  'test-key-rsa-pss': {
    keyId: 'test-key-rsa-pss',
    algorithm: 'rsa-pss-sha512',
    publicKey: {
      kty: 'RSA',
      e: 'AQAB',
      n: 'r4tmm3r20Wd_PbqvP1s2-QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct-Lh1GH45x28Rw3Ry53mm-oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHqgDsznjPFmTOtCEcN2Z1FpWgchwuYLPL-Wokqltd11nqqzi-bJ9cvSKADYdUAAN5WUtzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4aOT9v6d-nb4bnNkQVklLQ3fVAvJm-xdDOp9LCNCN48V2pnDOkFV6-U9nV5oyc6XI2w',
    },
  },
} as const satisfies Readonly<Record<string, MessageKey>>

/** When the examples were created. */
export const RFC_CREATED_MS = 1_618_884_473_000

/** An example of RFC 9421. */
export interface RfcExample {
  readonly name: string
  readonly key: MessageKey
  readonly publicUrl: string
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  /** Empty where the example does not cover the content, which is then not looked at. */
  readonly body: string
  /** What it covers, where that is less than is required by default. */
  readonly required?: readonly string[]
}

const TARGET = '/foo?param=Value&Pet=dog'
const HEADERS = {
  date: 'Tue, 20 Apr 2021 02:07:55 GMT',
  'content-type': 'application/json',
  'content-digest':
    'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:',
  'content-length': '18',
}
const POST = { publicUrl: 'https://example.com', method: 'POST', target: TARGET }

/** The requests of RFC 9421 appendix B.2, B.3 and B.4 with their signatures. */
export const RFC_EXAMPLES: readonly RfcExample[] = [
  {
    ...POST,
    name: 'B.2.1, which covers nothing',
    key: RFC_KEYS['test-key-rsa-pss'],
    required: [],
    body: '',
    headers: {
      ...HEADERS,
      'signature-input': 'sig-b21=();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"',
      signature:
        'sig-b21=:d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsckzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==:',
    },
  },
  {
    ...POST,
    name: 'B.2.2, with a parameter of the query',
    key: RFC_KEYS['test-key-rsa-pss'],
    required: ['@authority'],
    body: '{"hello": "world"}',
    headers: {
      ...HEADERS,
      'signature-input':
        'sig-b22=("@authority" "content-digest" "@query-param";name="Pet");created=1618884473;keyid="test-key-rsa-pss";tag="header-example"',
      signature:
        'sig-b22=:LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQEdJzgI9qHxICagShLRiLMlAJjtq6N4CDfKtjvuJyE5qH7KT8UCMkSowOB4+ECxCmT8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQzRw1rLEuEfY17SARYhpTlaqwZVtR8NV7+4UKkjqpcAoFqWFQh62s7Cl+H2fjBSpqfZUJcsIk4N6wiKYd4je2U/lankenQ99PZfB4jY3I5rSV2DSBVkSFsURIjYErOs0tFTQosMTAoxk//0RoKUqiYY8Bh0aaUEb0rQl3/XaVe4bXTugEjHSw==:',
    },
  },
  {
    ...POST,
    name: 'B.2.3, which covers all that is required',
    key: RFC_KEYS['test-key-rsa-pss'],
    body: '{"hello": "world"}',
    headers: {
      ...HEADERS,
      'signature-input':
        'sig-b23=("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss"',
      signature:
        'sig-b23=:bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA==:',
    },
  },
  {
    ...POST,
    name: 'B.2.5, by a shared secret',
    key: RFC_KEYS['test-shared-secret'],
    required: ['@authority', 'date'],
    body: '',
    headers: {
      ...HEADERS,
      'signature-input': 'sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
      signature: 'sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:',
    },
  },
  {
    ...POST,
    name: 'B.2.6, by Ed25519',
    key: RFC_KEYS['test-key-ed25519'],
    required: ['@method', '@path', '@authority', 'content-length'],
    body: '',
    headers: {
      ...HEADERS,
      'signature-input':
        'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
      signature: 'sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:',
    },
  },
  {
    name: 'B.3, of a proxy, by ECDSA',
    key: RFC_KEYS['test-key-ecc-p256'],
    publicUrl: 'https://service.internal.example',
    method: 'POST',
    target: TARGET,
    body: '',
    headers: {
      'client-cert':
        ':MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVkaWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk=:',
      'signature-input':
        'ttrp=("@path" "@query" "@method" "@authority" "client-cert");created=1618884473;keyid="test-key-ecc-p256"',
      signature: 'ttrp=:xVMHVpawaAC/0SbHrKRs9i8I3eOs5RtTMGCWXm/9nvZzoHsIg6Mce9315T6xoklyy0yzhD9ah4JHRwMLOgmizw==:',
    },
  },
  {
    name: 'B.4, of which proxies may change the rest',
    key: RFC_KEYS['test-key-ed25519'],
    publicUrl: 'https://example.org',
    method: 'GET',
    target: '/demo?name1=Value1&Name2=value2',
    required: ['@method', '@path', '@authority', 'accept'],
    body: '',
    headers: {
      date: 'Fri, 15 Jul 2022 14:24:55 GMT',
      accept: 'application/json, */*',
      'signature-input':
        'transform=("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519"',
      signature: 'transform=:ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==:',
    },
  },
]
