/** Entries kept of one function; then it forgets them all and begins anew. */
const LIMIT = 1_024

/**
 * The same pure function of a text, which remembers what it gave: for what is asked for the same few texts again and
 * again. Whoever gets a value shares it with others and must leave it as it is. What is thrown is not remembered.
 */
export const remembered = <Text extends string, Value>(
  compute: (text: Text) => Value,
): ((text: Text) => Value) => {
  const known = new Map<Text, Value>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    if (known.size >= LIMIT) known.clear()
    const value = compute(text)
    known.set(text, value)
    return value
  }
}
