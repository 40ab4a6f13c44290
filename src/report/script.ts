/** Shows what a shape says of itself beside the pointer, sooner than browsers do. Without it the browser's own way remains. */
export const SCRIPT = `'use strict'
const box = document.createElement('div')
box.className = 'tip'
box.hidden = true
document.body.append(box)
for (const title of document.querySelectorAll('svg title')) {
  const shape = title.parentElement
  shape.dataset.tip = title.textContent
  shape.setAttribute('aria-label', title.textContent)
  title.remove()
}
document.addEventListener('pointermove', (event) => {
  const shape = event.target instanceof Element ? event.target.closest('[data-tip]') : null
  box.hidden = shape === null
  if (shape === null) return
  box.textContent = shape.dataset.tip
  const left = Math.min(event.clientX + 14, innerWidth - box.offsetWidth - 8)
  const below = event.clientY + 18
  const top = below + box.offsetHeight > innerHeight ? event.clientY - box.offsetHeight - 10 : below
  box.style.left = Math.max(4, left) + 'px'
  box.style.top = Math.max(4, top) + 'px'
})
`
