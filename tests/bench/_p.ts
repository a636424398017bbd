import { signers, verifiers } from './adapters-sigv4.ts'
import { measureInTurn, perSecond, ratio } from './adapters-rounds.ts'
for (const n of [1, 32]) {
  const list = [...(await signers(n))]
  const t = await measureInTurn(list, { seconds: 3, rounds: 2 })
  for (const c of list)
    console.log(
      n,
      c.name.padEnd(40),
      Math.round(perSecond(t, c.name)),
      ratio(t, c.name, '@smithy/signature-v4, the same').toFixed(2),
    )
}
