import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { html, raw } from 'hono/html'
import { checkStore } from '../api/health.ts'
import { problemAnswers, SERVICE } from '../api/responses.ts'
import type { Config, NamedRoute } from '../config.ts'
import { addressOf } from './address.ts'
import { sha256Base64 } from '../digest.ts'
import type { GateState } from '../flow/gate.ts'
import type { Outbox } from '../flow/lease.ts'
import type { HttpPorts, Now } from '../ports.ts'
import type { StartWarning } from '../start-warnings.ts'
import { DELIVERY_STATES, type DeliveryCount } from '../store/port.ts'
import type { KeyEnv } from '../api/auth.ts'

/** What the start page says about this process. */
export interface HomeFacts {
  readonly version: string
  /** Where the sandbox of the upstreams listens; null when real upstreams are called. */
  readonly sandboxUrl: string | null
  /** Writes a command that posts one event to this origin, when there is one that works as it stands. */
  readonly example: ((origin: string) => string) | null
}

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 58rem; margin: 3rem auto; padding: 0 1.5rem }
  h1 { font-size: 1.6rem; margin: 0 } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
  table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid #8884 }
  td.count, th.count { text-align: right; font-variant-numeric: tabular-nums } td.zero { opacity: .35 }
  pre { padding: .8rem 1rem; background: #8882; border-radius: .4rem; overflow-x: auto } code { font: .9em ui-monospace, monospace }
  .ok { color: #178a46 } .bad { color: #c0392b } p.lead { margin: .3rem 0 0; opacity: .75 }`

/** The source that the example posts to. */
const EXAMPLE_SOURCE = 'demo'
/** How old the counts of the page may be, and whether it is ready. */
const RECENT_MS = 1000
/** The page loads nothing but itself: its style is known by its hash. */
const contentSecurityPolicy = async () =>
  `default-src 'none'; style-src 'sha256-${await sha256Base64(STYLE)}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
/** Written as a whole, since its hash is that of every blank in it. */
const STYLE_ELEMENT = raw(`<style>${STYLE}</style>`)

const readHome = createRoute({
  method: 'get',
  path: '/',
  operationId: 'readHome',
  summary: 'What this is, what state it is in, and where to go',
  tags: ['Pages'],
  security: [],
  responses: {
    200: { description: 'A page.', content: { 'text/html': { schema: z.string() } } },
    ...problemAnswers(...SERVICE),
  },
})

/**
 * Adds `GET /`. Anybody may ask for it: beside a sandbox it shows sources, gates and counts, and no contact; where real
 * upstreams are called, what this is and whether it is ready.
 */
export function addHome(
  app: OpenAPIHono<KeyEnv>,
  config: Config,
  { store, nowMs }: Pick<HttpPorts, 'store' | 'nowMs'>,
  outbox: Pick<Outbox, 'gate'>,
  facts: HomeFacts,
  warnings: readonly StartWarning[],
): void {
  // Counting reads every delivery, a check writes, and anybody may ask for this page.
  const countRecently = atMostEvery(RECENT_MS, nowMs, () => store.countDeliveries())
  const checkRecently = atMostEvery(RECENT_MS, nowMs, () => checkStore({ store, nowMs }))
  const policy = contentSecurityPolicy()

  const sandboxState = async (origin: string) => {
    const counts = await countRecently()
    const rows = await Promise.all(
      destinationNames(config, counts).map(async (name) =>
        destinationRow(name, counts, gateText(await outbox.gate(name), nowMs())),
      ),
    )
    return html`${warningsBlock(warnings)} ${destinationsBlock(rows)} ${sourcesBlock(config)}
    ${facts.example === null || !config.sources.has(EXAMPLE_SOURCE) ? '' : exampleBlock(facts.example(origin))}`
  }

  app.openapi(readHome, async (context) => {
    const { version, sandboxUrl } = facts
    const state =
      sandboxUrl === null ? readyText((await checkRecently()).ok) : await sandboxState(addressOf(context.req.raw) ?? '')
    context.header('content-security-policy', await policy)
    return context.html(
      html`<!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width" />
            <title>Sluice</title>
            ${STYLE_ELEMENT}
          </head>
          <body>
            <h1>Sluice <small>${version}</small></h1>
            <p class="lead">
              An edge gateway for contact data: receives events, stores each durably, delivers it.
              ${sandboxUrl === null ? '' : html`Running against a <strong>sandbox</strong> of all three upstreams at <a href="${sandboxUrl}/_sandbox">${sandboxUrl}</a>.`}
            </p>
            ${state}
            <h2>Where to go</h2>
            <ul>
              <li>
                <a href="/docs">/docs</a>: every operation of the API; <a href="/openapi.json">/openapi.json</a>: the
                same as OpenAPI 3.1
              </li>
              <li><a href="/readyz">/readyz</a> and <a href="/healthz">/healthz</a></li>
              <li>
                <code>/v1/events/{id}</code> and <code>/v1/deliveries</code>, with a key: what was sent, what was
                answered, what waits and why
              </li>
              <li><code>/v1/destinations</code>, with a key: gates, and how much is where</li>
            </ul>
          </body>
        </html>`,
    )
  })
}

/** Has something that anybody may ask for be found once in a while. It keeps no promise: on Workers that is its request's. */
function atMostEvery<Found>(ms: number, nowMs: Now, find: () => Promise<Found>): () => Promise<Found> {
  let last: { readonly atMs: number; readonly found: Found } | null = null
  return async () => {
    if (last === null || nowMs() - last.atMs >= ms) last = { atMs: nowMs(), found: await find() }
    return last.found
  }
}

const readyText = (ok: boolean) =>
  ok
    ? html`<p><span class="ok">Ready</span>: events are accepted.</p>`
    : html`<p><span class="bad">Not ready</span>: events are refused.</p>`

function destinationsBlock(rows: readonly ReturnType<typeof html>[]) {
  return html`<h2>Destinations</h2>
    <table>
      <tr>
        <th>destination</th>
        <th>gate</th>
        ${DELIVERY_STATES.map((state) => html`<th class="count">${state}</th>`)}
      </tr>
      ${rows}
    </table>`
}

function sourcesBlock({ sources }: Config) {
  return html`<h2>Sources</h2>
    <table>
      <tr>
        <th>post to</th>
        <th>verified by</th>
        <th>leads to</th>
      </tr>
      ${[...sources.values()].map(
        (source) =>
          html`<tr>
            <td><code>/webhooks/${source.name}</code></td>
            <td>${source.scheme.name}</td>
            <td>
              ${source.routes.map((route) => html`${route.destinationName} <code>${route.operation}</code>${isUnconfirmed(route) ? UNCONFIRMED : ''}<br />`)}
            </td>
          </tr>`,
      )}
    </table>`
}

const exampleBlock = (command: string) =>
  html`<h2>Try it</h2>
    <pre><code>${command}</code></pre>`

/** What will probably not work here, as `/readyz` says it. */
function warningsBlock(warnings: readonly StartWarning[]) {
  if (warnings.length === 0) return ''
  return html`<h2>Warnings</h2>
    <ul>
      ${warnings.map(({ code, detail }) => html`<li><span class="bad">${code}</span> ${detail}</li>`)}
    </ul>`
}

/** Whether what is delivered by a route is only known to be taken: nobody is asked to say how it ended. */
function isUnconfirmed({ destination, operation }: NamedRoute): boolean {
  return destination.operations[operation]?.batching !== undefined && destination.callbacks === null
}

const UNCONFIRMED = html` <span class="bad">delivered is unconfirmed: no callback is configured</span>`

/** The destinations of the configuration, then those that are no longer in it and still have deliveries. */
function destinationNames(config: Config, counts: readonly DeliveryCount[]): readonly string[] {
  return [...new Set([...config.destinations.keys(), ...counts.map(({ destination }) => destination)])]
}

function destinationRow(name: string, counts: readonly DeliveryCount[], gate: ReturnType<typeof html>) {
  const cells = DELIVERY_STATES.map((state) => {
    const count = counts.find((one) => one.destination === name && one.state === state)?.count ?? 0
    return html`<td class="count${count === 0 ? ' zero' : ''}">${count}</td>`
  })
  return html`<tr>
    <td>${name}</td>
    <td>${gate}</td>
    ${cells}
  </tr>`
}

function gateText(gate: GateState | undefined, nowMs: number) {
  if (gate === undefined) return html`<span class="bad">not configured</span>`
  if (gate.reason === null) return html`<span class="ok">open</span>`
  if (gate.reason === 'paused') return html`<span class="bad">paused</span> by an operator`
  const seconds = Math.ceil((gate.closedUntilMs - nowMs) / 1000)
  if (seconds <= 0) return html`<span class="bad">probing</span> (${gate.reason})`
  return html`<span class="bad">closed</span> for ${seconds} s (${gate.reason})`
}
