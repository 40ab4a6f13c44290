import type { Chapter, Mutant } from './mutant.js'

/** The rows of docs/reliability.md about one chapter, in Markdown. */
export const tableOf = ({ title, mutants }: Chapter): string[] => [
  `### ${title}`,
  '',
  '| clause | taken out | caught by | simulator |',
  '| --- | --- | --- | --- |',
  ...mutants.map((mutant) => `| ${cellsOf(mutant).join(' | ')} |`),
  '',
]

/** A bar would end the cell. */
export const cellsOf = ({ clause, without, caught, simulated }: Mutant): string[] =>
  [clause, without, `${caught.file}: ${caught.test}`, simulated].map((text) =>
    text.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('<', '\\<'),
  )
