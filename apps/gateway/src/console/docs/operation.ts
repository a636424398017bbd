import { html } from 'hono/html'
import { curlOf, sampleOf } from './sample.ts'
import { limitsOf, schemaBlock, typeText } from './schema.ts'
import { type Answer, type Media, nameOf, type Placed, type ShownDocument, type ShownParameter } from './shape.ts'
import { type Html, inlineOf, textOf } from './text.ts'

const PROBLEM_JSON = 'application/problem+json'

/** Shows one operation: what it takes, what it answers, and the command that calls it. */
export function operationBlock(document: ShownDocument, placed: Placed): Html {
  const { method, path, operation } = placed
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation
  return html`<article id="${operationId}">
    <h3><a href="#${operationId}">${summary}</a></h3>
    <p class="route">${methodBadge(method)} <code>${breakable(path)}</code> ${accessOf(placed)}</p>
    ${description === undefined ? '' : textOf(description)} ${parametersOf(parameters)}
    ${
      requestBody === undefined
        ? ''
        : html`<h4>Body${requestBody.required === true ? '' : ' (may be left out)'}</h4>
            ${requestBody.description === undefined ? '' : textOf(requestBody.description)}
            ${Object.entries(requestBody.content).map(([type, media]) => mediaBlock(document, type, media))}`
    }
    <h4>Call it</h4>
    <pre tabindex="0"><code>${curlOf(document, placed)}</code></pre>
    <h4>Answers</h4>
    ${Object.entries(responses).map(([status, answer]) => answerBlock(document, status, answer))}
  </article>`
}

export function methodBadge(method: string): Html {
  return html`<span class="method ${method.toLowerCase()}">${method}</span>`
}

/** A path may be broken before each of its parts, so that a narrow page holds it. */
function breakable(path: string): Html {
  return html`${path.split('/').map((part, index) => (index === 0 ? part : html`<wbr />/${part}`))}`
}

/** Says who may call it. */
function accessOf({ operation: { security } }: Placed): Html {
  if (security.length === 0) return html`<span class="access">no key</span>`
  const ways = security.flatMap((way) => Object.entries(way))
  const [name = '', scopes = []] = ways[0] ?? []
  const text = name === 'key' ? `key with ${scopes.join(' or ')}` : 'verified by its source'
  return html`<a class="access" href="#access">${text}</a>`
}

function parametersOf(parameters: readonly ShownParameter[]): Html | '' {
  if (parameters.length === 0) return ''
  return html`<h4>Parameters</h4>
    <ul class="members">
      ${parameters.map(
        ({ name, in: place, required, description, schema }) =>
          html`<li>
            <code class="name">${name}</code> <span class="quiet">${place}</span>
            <span class="type">${typeText(schema)}</span>
            ${required === true ? html`<span class="required">required</span>` : ''} ${limitsOf(schema)}
            ${description === undefined ? '' : html`<div>${inlineOf(description)}</div>`}
          </li>`,
      )}
    </ul>`
}

function mediaBlock(document: ShownDocument, type: string, media: Media): Html {
  const { schema } = media
  const sample = exampleText(document, type, media)
  return html`<p class="media"><code>${type}</code> ${schema?.$ref === undefined ? '' : typeText(schema)}</p>
    ${schema === undefined || Object.keys(schema).length === 0 ? '' : schemaBlock(document, schema)}
    ${
      sample === null
        ? ''
        : html`<details>
            <summary>Example</summary>
            <pre tabindex="0"><code>${sample}</code></pre>
          </details>`
    }`
}

/** The example of a body as it is sent; null for none, and for text and bytes. */
function exampleText(document: ShownDocument, type: string, { schema, example, examples = {} }: Media): string | null {
  if (type.endsWith('xml')) {
    const [shown] = Object.values(examples)
    return shown?.externalValue === undefined ? null : decodeURIComponent(shown.externalValue.replace(/^[^,]*,/, ''))
  }
  const sample = example ?? (schema === undefined ? undefined : sampleOf(document, schema))
  return sample === undefined || sample === null || typeof sample === 'string' ? null : JSON.stringify(sample, null, 2)
}

function answerBlock(document: ShownDocument, status: string, given: Answer): Html {
  const answer = given.$ref === undefined ? given : (document.components.responses[nameOf(given.$ref)] ?? given)
  const { description, headers = {}, content = {} } = answer
  const codes = Object.keys(content[PROBLEM_JSON]?.examples ?? {})
  const isProblem = codes.length > 0
  const own = Object.entries(headers).filter(([, header]) => header.$ref === undefined)
  return html`<details class="answer">
    <summary>
      <span class="status s${status[0] ?? ''}">${status}</span>
      ${isProblem ? html`<span class="codes">${codes.slice(0, 3).join(', ')}${codes.length > 3 ? `, ${codes.length - 3} more` : ''}</span>` : inlineOf(description)}
    </summary>
    ${own.map(([name, header]) => html`<p><code>${name}</code> ${inlineOf(header.description ?? '')}</p>`)}
    ${isProblem ? problemsOf(document, codes) : ''}
    ${Object.entries(content)
      .filter(([type]) => type !== PROBLEM_JSON)
      .map(([type, media]) => mediaBlock(document, type, media))}
  </details>`
}

function problemsOf({ components: { examples } }: ShownDocument, codes: readonly string[]): Html {
  const [first = ''] = codes
  return html`<dl>
      ${codes.map(
        (code) =>
          html`<dt><code>${code}</code></dt>
            <dd>${inlineOf(examples[code]?.summary ?? '')}</dd>`,
      )}
    </dl>
    <details>
      <summary>Example</summary>
      <pre tabindex="0"><code>${JSON.stringify(examples[first]?.value ?? null, null, 2)}</code></pre>
    </details>`
}
