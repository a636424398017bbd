import { html, raw } from 'hono/html'
import { methodBadge, operationBlock } from './operation.ts'
import { schemaBlock } from './schema.ts'
import { operationsOf, type ShownDocument } from './shape.ts'
import { DOCS_STYLE } from './style.ts'
import { type Html, inlineOf, textOf } from './text.ts'

/** Writes the reference of the API: its document as a page that loads nothing and needs no script. */
export function docsPage(document: ShownDocument): Html {
  const { info, tags, components } = document
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${info.title} API</title>
        ${raw(`<style>${DOCS_STYLE}</style>`)}
      </head>
      <body>
        <a class="skip" href="#content">To the content</a>
        <nav class="wide" aria-label="Operations">${navigationOf(document)}</nav>
        <nav class="narrow" aria-label="Operations">
          <details>
            <summary>Operations</summary>
            ${navigationOf(document)}
          </details>
        </nav>
        <main id="content">
          <h1>${info.title} API <small>${info.version}</small></h1>
          ${textOf(info.description)}
          <p>
            As OpenAPI 3.1: <a href="/openapi.json">/openapi.json</a>. The state of this gateway: <a href="/">/</a>.
          </p>
          <h4 id="access">Access</h4>
          <dl>
            ${Object.entries(components.securitySchemes).map(
              ([name, scheme]) =>
                html`<dt><code>${name}</code></dt>
                  <dd>${inlineOf(scheme.description)}</dd>`,
            )}
          </dl>
          <h4>In the commands below</h4>
          <pre tabindex="0"><code>SLUICE=http://127.0.0.1:8787   # where the gateway is
KEY=sandbox-admin              # a key of the API, or the token of a source</code></pre>
          <h4>Headers of answers</h4>
          <dl>
            ${Object.entries(components.headers).map(
              ([name, header]) =>
                html`<dt><code>${name}</code></dt>
                  <dd>${inlineOf(header.description ?? '')}</dd>`,
            )}
          </dl>
          ${tags.map(
            ({ name, description }) =>
              html`<section>
                <h2 id="tag-${name}">${name}</h2>
                ${textOf(description)} ${operationsOf(document, name).map((placed) => operationBlock(document, placed))}
              </section>`,
          )}
          <section>
            <h2 id="schemas">Schemas</h2>
            ${Object.entries(components.schemas).map(
              ([name, schema]) =>
                html`<article id="schema-${name}">
                  <h3><a href="#schema-${name}">${name}</a></h3>
                  ${schema.description === undefined ? '' : textOf(schema.description)} ${schemaBlock(document, schema)}
                </article>`,
            )}
          </section>
        </main>
      </body>
    </html>`
}

/** Lists every operation. The list is there twice: beside the text, and on a narrow page folded above it. */
function navigationOf(document: ShownDocument): Html {
  return html`${document.tags.map(
      ({ name }) =>
        html`<a class="group" href="#tag-${name}">${name}</a>
          <ul>
            ${operationsOf(document, name).map(
              ({ method, operation: { operationId, summary } }) =>
                html`<li><a href="#${operationId}">${methodBadge(method)}${summary}</a></li>`,
            )}
          </ul>`,
    )} <a class="group" href="#schemas">Schemas</a>`
}
