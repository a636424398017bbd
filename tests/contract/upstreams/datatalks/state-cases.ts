import { flatten } from '@sluice/datatalks'
import type { DatatalksMapping } from '@sluice/upstream-mocks'
import { type ContractCase, fails, gives } from '../contract-case.ts'
import type { Stage } from '../stage.ts'
import { type Call, onSandbox, type SandboxCase, type Signing } from './stage.ts'

const REQUEST_ID = '00000000-0000-4000-8000-000000000001'
const upsert: Call = ({ v1, group_key }) => v1.contacts.upsert({ data: { email: 'a@example.com' }, group_key })

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

/** Signatures that are calculated for real, and checked for real. */
const SIGNATURES: readonly (readonly [
  name: string,
  signing: Signing,
  expected: ReturnType<typeof gives>,
  live?: 'read',
])[] = [
  ['with a clock 299 s slow', { skewMs: -299_000 }, gives({ requestId: REQUEST_ID })],
  ['with a clock 299 s fast', { skewMs: 299_000 }, gives({ requestId: REQUEST_ID })],
  ['with a clock 301 s slow', { skewMs: -301_000 }, fails('DATATALKS_CLOCK_SKEW auth')],
  ['with a clock 301 s fast', { skewMs: 301_000 }, fails('DATATALKS_CLOCK_SKEW auth')],
  ['for a wrong region', { region: 'us-west-1' }, fails('DATATALKS_SCOPE_REFUSED auth'), 'read'],
  ['for a wrong service', { service: 'lambda' }, fails('DATATALKS_SCOPE_REFUSED auth'), 'read'],
  ['with an unknown access key', { accessKeyId: 'AKIDNOBODY' }, fails('DATATALKS_KEY_UNKNOWN auth'), 'read'],
  [
    'with a wrong secret',
    { secretAccessKey: 'wrong' },
    fails('DATATALKS_SIGNATURE_REFUSED auth', { words: MISMATCH }),
    'read',
  ],
  ['below a wrong base path', { path: '/v9' }, fails('DATATALKS_UNSIGNED auth'), 'read'],
  ['below the path of the old host', { path: '/Production' }, gives({ requestId: REQUEST_ID })],
]

/** What the flat rule refuses before anything is sent. */
const UNSENT: readonly (readonly [name: string, data: unknown])[] = [
  ['a nested object', { address: { city: 'Stockholm' } }],
  ['an array of objects', { tags: [{ a: 'b' }] }],
  ['an array of arrays', { tags: [['a']] }],
  ['an array of numbers', { tags: [1] }],
  ['null', { name: null }],
  ['a boolean', { member: true }],
  ['an array in place of data', [{ email: 'a@example.com' }]],
]

const mappings: Readonly<Record<string, readonly DatatalksMapping[]>> = {
  abc123: [
    { kind: 'dynamic', to: 'properties', keys: { school: 'School', teacher: 'Teacher' } },
    { kind: 'string', from: 'epost', to: 'email' },
    { kind: 'list', from: 'some_tags', to: 'tags' },
  ],
}

function forwardedBy(stage: Stage): unknown[] {
  const entries = stage.mocks.state().datatalks['forwarded'] as readonly { readonly forwarded: unknown }[]
  return entries.map(({ forwarded }) => forwarded)
}

const CASES: readonly SandboxCase[] = [
  ...SIGNATURES.map(([name, signing, expected, live]): SandboxCase => ({
    operation: 'contacts.upsert',
    name: `signed ${name}`,
    call: upsert,
    signing,
    expected,
    ...(live === undefined ? {} : { live }),
  })),
  ...UNSENT.map(([name, data]): SandboxCase => ({
    operation: 'contacts.upsert',
    name: `with ${name} is not even sent`,
    call: ({ v1, group_key }) => v1.contacts.upsert({ data: data as Record<string, string>, group_key }),
    expected: fails('SCHEMA_MISMATCH never'),
    live: 'read',
  })),
  {
    operation: 'contacts.upsert',
    name: 'without a group is not even sent',
    call: ({ v1 }) => v1.contacts.upsert({ data: { email: 'a@example.com' } }),
    expected: fails('SCHEMA_MISMATCH never'),
    live: 'read',
  },
  {
    operation: 'contacts.upsert',
    name: 'once more after the clock was learned is accepted',
    signing: { skewMs: -3_600_000 },
    call: async (subject, stage) => {
      await upsert(subject, stage).catch(() => null)
      await upsert(subject, stage)
      return stage.sent.length
    },
    expected: gives(2),
  },
  {
    operation: 'contacts.upsert',
    name: 'by a key without the right to call',
    settings: {
      keys: [
        { accessKeyId: 'AKIDSANDBOX', secretAccessKey: 'sandbox-secret', groupKeys: ['abc123'], mayInvoke: false },
      ],
    },
    call: upsert,
    expected: fails('DATATALKS_NOT_PERMITTED auth'),
  },
  {
    operation: 'contacts.upsert',
    name: 'to a group of somebody else',
    call: ({ v1 }) => v1.contacts.upsert({ data: { email: 'a@example.com' }, group_key: 'theirs' }),
    expected: fails('DATATALKS_REFUSED never', { words: 'unknown group_key' }),
  },
  {
    operation: 'contacts.upsert',
    name: 'sent twice is one contact, with the newer values',
    call: async ({ v1, group_key }, stage) => {
      for (const city of ['Lund', 'Stockholm']) await v1.contacts.upsert({ data: { email: 'a@b.c', city }, group_key })
      return stage.mocks.state().datatalks['contacts']
    },
    expected: gives([{ email: 'a@b.c', city: 'Stockholm' }]),
  },
  {
    operation: 'events.create',
    name: 'sent twice is two events',
    call: async ({ v1, group_key }, stage) => {
      for (let time = 0; time < 2; time += 1) await v1.events.create({ data: { email: 'a@b.c' }, group_key })
      return stage.mocks.state().datatalks['eventCount']
    },
    expected: gives(2),
  },
  {
    operation: 'events.create',
    name: 'of a type that is not documented is not even sent',
    call: ({ v1, group_key }) => v1.events.create({ data: { email: 'a@b.c', contactExtEventType: 'BUY' }, group_key }),
    expected: fails('SCHEMA_MISMATCH never'),
    live: 'read',
  },
  {
    operation: 'contacts.delete',
    name: 'removes the contact',
    call: async (subject, stage) => {
      await upsert(subject, stage)
      await subject.v1.contacts.delete({ data: { email: 'a@example.com' }, group_key: subject.group_key })
      return stage.mocks.state().datatalks['contacts']
    },
    expected: gives([]),
  },
  ...[['add', 2] as const, ['set', 1] as const].map(([products, count]): SandboxCase => ({
    operation: 'products.send',
    name: `sent twice leaves ${count} where the vendor is taken to ${products}`,
    settings: { products },
    call: async ({ v1, group_key }, stage) => {
      for (let time = 0; time < 2; time += 1) await v1.products.send({ data: [{ product_id: 'P1' }], group_key })
      return (stage.mocks.state().datatalks['products'] as Record<string, unknown[]>)[group_key]?.length
    },
    expected: gives(count),
  })),
  {
    operation: 'contacts.upsert',
    name: 'is mapped as the printed example says',
    settings: { mappings },
    call: async ({ v1, group_key }, stage) => {
      await v1.contacts.upsert({ data: { school: 'Some School', teacher: 'John Doe' }, group_key })
      return forwardedBy(stage)
    },
    expected: gives([{ properties: { School: 'Some School', Teacher: 'John Doe' } }]),
  },
  {
    operation: 'contacts.upsert',
    name: 'drops what has no mapping',
    settings: { mappings },
    call: async ({ v1, group_key }, stage) => {
      await v1.contacts.upsert({ data: { epost: 'a@b.c', some_tags: ['TAG1'], other: 'x' }, group_key })
      return forwardedBy(stage)
    },
    expected: gives([{ email: 'a@b.c', tags: ['TAG1'] }]),
  },
  {
    operation: 'contacts.upsert',
    name: 'with a scalar where a list is mapped, where the vendor is taken to refuse that',
    settings: { mappings },
    call: ({ v1, group_key }) => v1.contacts.upsert({ data: { some_tags: 'TAG1' }, group_key }),
    expected: fails('DATATALKS_REFUSED never', { words: 'a list is expected' }),
  },
  {
    operation: 'contacts.upsert',
    name: 'with a scalar where a list is mapped, where the vendor is taken to forward it',
    settings: { mappings, scalarForList: 'forward' },
    call: async ({ v1, group_key }, stage) => {
      await v1.contacts.upsert({ data: { some_tags: 'TAG1' }, group_key })
      return forwardedBy(stage)
    },
    expected: gives([{ tags: 'TAG1' }]),
  },
  {
    operation: 'contacts.upsert',
    name: 'answered with an empty body',
    settings: { successBody: 'empty' },
    call: upsert,
    expected: gives({ requestId: REQUEST_ID }),
  },
  {
    operation: 'contacts.upsert',
    name: 'of more than 10 MB',
    settings: { maxBodyBytes: 100 },
    call: ({ v1, group_key }) => v1.contacts.upsert({ data: { email: 'a@b.c', notes: 'x'.repeat(100) }, group_key }),
    expected: fails('DATATALKS_REFUSED never', { words: 'Request Too Long' }),
  },
  {
    operation: 'contacts.upsert',
    name: 'of nested data that was flattened',
    call: async ({ v1, group_key }, stage) => {
      await v1.contacts.upsert({ data: flatten({ email: 'a@b.c', address: { city: 'Lund' } }), group_key })
      return stage.mocks.state().datatalks['contacts']
    },
    expected: gives([{ email: 'a@b.c', 'address.city': 'Lund' }]),
  },
]

/** Lists the cases of signatures, groups, mappings and state. */
export function stateCases(): ContractCase[] {
  return CASES.map(onSandbox)
}
