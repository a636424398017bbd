import { DurableObject } from 'cloudflare:workers'

/** The least that a Worker with a durable store does: parses the body, writes one row to an object, and then answers. */
export class Yardstick extends DurableObject {
  constructor(context, environment) {
    super(context, environment)
    context.storage.sql.exec('CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, body TEXT NOT NULL)')
  }

  write(body) {
    this.ctx.storage.sql.exec('INSERT INTO events (body) VALUES (?)', body)
  }
}

// oxlint-disable-next-line import/no-default-export -- a Worker is what its module exports by default
export default {
  async fetch(request, { YARDSTICKS }) {
    const body = await request.text()
    JSON.parse(body)
    await YARDSTICKS.getByName('one').write(body)
    return Response.json({ accepted: true }, { status: 202 })
  },
}
