import { html, type Insert, type Markup } from './markup.js'

export interface Column {
  readonly label: string
  readonly kind: 'text' | 'number'
}

export const textColumn = (label: string): Column => ({ label, kind: 'text' })
export const numberColumn = (label: string): Column => ({ label, kind: 'number' })

export const htmlTable = (columns: readonly Column[], rows: readonly (readonly Insert[])[]): Markup =>
  html` <div class="scroll">
    <table>
      <thead>
        <tr>
          ${columns.map(({ label, kind }) => html`<th scope="col" class="${kind}">${label}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell, index) => html`<td class="${columns[index]?.kind ?? 'text'}">${cell}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`

export const folded = (label: string, content: Insert): Markup =>
  html`<details>
    <summary>${label}</summary>
    ${content}
  </details>`
