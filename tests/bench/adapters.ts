import { JSON_BYTES, jsonFromBytes, jsonFromText } from './adapters-json.ts'
import { type Contender, type Effort, measureInTurn, perSecond, ratio } from './adapters-rounds.ts'
import { signers, verifiers } from './adapters-sigv4.ts'
import { XML_MEGABYTES, xmlDecoders, xmlEncoders } from './adapters-xml.ts'

/** Contenders that do the same work, and the one whose figure is 1. */
interface Group {
  readonly key: string
  readonly title: string
  readonly yardstick: string
  readonly contenders: readonly Contender[]
  /** What one time is worth, in the unit of the figures. */
  readonly unit: { readonly name: string; readonly perTime: number; readonly digits: number }
  /** Whether each contender does what the one before it does, and more: then the cost of what is more is printed. */
  readonly isStack?: boolean
}

/** What a ratio should reach at least. */
interface Target {
  readonly name: string
  readonly group: string
  readonly contender: string
  readonly atLeast: number
}

const IN_FLIGHT = 32
const SMITHY = '@smithy/signature-v4, the same'
const SIGN = 'signSigV4, Bun.CryptoHasher'
const DECODE_JSON = '+ repeated names: decodeJson'
const TIMES = { name: 'per second', perTime: 1, digits: 0 }
const MEGABYTES = { name: 'MB/s', perTime: XML_MEGABYTES, digits: 1 }

const TARGETS: readonly Target[] = [
  { name: 'sign, 32 in flight', group: 'sign32', contender: SIGN, atLeast: 2 },
  { name: 'sign, one after another', group: 'sign1', contender: SIGN, atLeast: 1 },
  { name: 'decode XML', group: 'xmlDecode', contender: 'decodeXml', atLeast: 0.6 },
  { name: 'decode JSON from text', group: 'jsonText', contender: DECODE_JSON, atLeast: 0.35 },
  { name: 'decode JSON from bytes', group: 'jsonBytes', contender: DECODE_JSON, atLeast: 0.35 },
]

/** Measures the adapters against others that do the same work; prints a table, the targets, and one line of JSON. */
export async function benchAdapters(effort: Effort): Promise<void> {
  const { seconds, rounds } = effort
  const results: Record<string, Record<string, { perSecond: number; ratio: number }>> = {}
  for (const group of await groups()) {
    const turns = await measureInTurn(group.contenders, effort)
    const figures = group.contenders.map(({ name }) => {
      const value = perSecond(turns, name) * group.unit.perTime
      return [
        name,
        { perSecond: rounded(value, group.unit.digits), ratio: ratio(turns, name, group.yardstick) },
      ] as const
    })
    results[group.key] = Object.fromEntries(
      figures.map(([name, figure]) => [name, { ...figure, ratio: rounded(figure.ratio, 2) }]),
    )
    printGroup(group, figures)
  }
  const targets = TARGETS.map(({ name, group, contender, atLeast }) => {
    const reached = results[group]?.[contender]?.ratio ?? Number.NaN
    return { name, atLeast, reached, met: reached >= atLeast }
  })
  for (const { name, atLeast, reached, met } of targets) {
    process.stdout.write(`${met ? 'met   ' : 'missed'}  ${name}: ${reached.toFixed(2)} x, at least ${atLeast} x\n`)
  }
  process.stdout.write(
    `${JSON.stringify({ bench: 'adapters', bun: Bun.version, seconds, rounds, results, targets })}\n`,
  )
}

async function groups(): Promise<Group[]> {
  const sigv4 = { yardstick: SMITHY, unit: TIMES }
  const json = { yardstick: 'JSON.parse', unit: TIMES, isStack: true }
  return [
    { key: 'sign1', title: 'sign, one after another', ...sigv4, contenders: await signers(1) },
    { key: 'sign32', title: `sign, ${IN_FLIGHT} in flight`, ...sigv4, contenders: await signers(IN_FLIGHT) },
    { key: 'verify1', title: 'verify, one after another', ...sigv4, contenders: await verifiers(1) },
    { key: 'verify32', title: `verify, ${IN_FLIGHT} in flight`, ...sigv4, contenders: await verifiers(IN_FLIGHT) },
    {
      key: 'xmlDecode',
      title: `decode XML of ${kilobytes(XML_MEGABYTES * 1e6)}`,
      yardstick: 'fast-xml-parser, validating',
      contenders: await xmlDecoders(),
      unit: MEGABYTES,
    },
    {
      key: 'xmlEncode',
      title: `encode XML of ${kilobytes(XML_MEGABYTES * 1e6)}`,
      yardstick: 'fast-xml-parser, building',
      contenders: await xmlEncoders(),
      unit: MEGABYTES,
    },
    { key: 'jsonText', title: `decode JSON of ${kilobytes(JSON_BYTES)} from text`, ...json, contenders: jsonFromText },
    {
      key: 'jsonBytes',
      title: `decode JSON of ${kilobytes(JSON_BYTES)} from bytes`,
      ...json,
      contenders: jsonFromBytes,
    },
  ]
}

function printGroup(group: Group, figures: readonly (readonly [string, { perSecond: number; ratio: number }])[]): void {
  const lines = figures.map(([name, figure], index) => {
    const value = figure.perSecond.toFixed(group.unit.digits)
    const before = group.isStack === true ? figures[index - 1]?.[1].ratio : undefined
    const cost = before === undefined ? '' : `   costs ${(1 / figure.ratio - 1 / before).toFixed(2)} ${group.yardstick}`
    return `${name.padEnd(36)}${value.padStart(12)}${figure.ratio.toFixed(2).padStart(9)} x${cost}`
  })
  const head = `${group.title.padEnd(36)}${group.unit.name.padStart(12)}`
  process.stdout.write(`${[head, ...lines].join('\n')}\n\n`)
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
