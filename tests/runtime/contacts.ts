/** A contact that no other number gives. */
export function contactOf(number: number) {
  return {
    email: `contact-${number}@example.com`,
    phone: `+4670${String(number).padStart(7, '0')}`,
    firstName: 'Ada',
    lastName: `Number ${number}`,
  }
}

/** An event of the sources that lead to one delivery. */
export const loneOf = (number: number) => ({ email: `lone-${number}@example.com` })
