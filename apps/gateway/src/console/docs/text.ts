import { html } from 'hono/html'

/** What `html` makes. */
export type Html = ReturnType<typeof html>

/** Writes what descriptions use of Markdown: paragraphs, lists, `code` and **strong**. Everything else is text. */
export function textOf(markdown: string): Html {
  const blocks = markdown.split(/\n{2,}/).map((block) => block.split('\n'))
  return html`${blocks.map((lines) =>
    lines.every((line) => line.startsWith('- '))
      ? html`<ul>
          ${lines.map((line) => html`<li>${inlineOf(line.slice(2))}</li>`)}
        </ul>`
      : html`<p>${inlineOf(lines.join(' '))}</p>`,
  )}`
}

/** Writes `code` and **strong** of one line. */
export function inlineOf(text: string): Html {
  const parts = text.split(/(`[^`]+`|\*\*[^*]+\*\*)/)
  return html`${parts.map((part) => {
    if (/^`.+`$/.test(part)) return html`<code>${part.slice(1, -1)}</code>`
    return /^\*\*.+\*\*$/.test(part) ? html`<strong>${part.slice(2, -2)}</strong>` : part
  })}`
}
