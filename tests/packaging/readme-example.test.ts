import { expect, test } from 'bun:test'
import { readmeExample } from './readme-example.ts'

const README = `# a

\`\`\`ts
import { a } from 'a'

console.log(a) // one that says why
// 1
console.log({
  // one that says why
  b: 2,
})
// { b: 2 }
\`\`\`

\`\`\`ts
later()
// 3
\`\`\`
`

test('an example prints what its comments say that begin a line', () => {
  expect(readmeExample(README).output).toBe('1\n{ b: 2 }\n')
})

test('the first example is the one that is run', () => {
  expect(readmeExample(README).code).not.toContain('later')
})

test('a README without an example is told', () => {
  expect(() => readmeExample('# a')).toThrow('the README has no example')
})
