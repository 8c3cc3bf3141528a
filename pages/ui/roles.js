// Streamlit lists its pages in a <ul> that holds more than list items, draws its sparklines for sighted readers alone, each point with
// a role and no words, and lets a wide table scroll where no key can reach it. A screen reader needs the links and the figures beside
// the sparklines, a keyboard the table. And Plotly writes the figures of a heat map as small as it takes to keep them in their cells: what
// nobody can read is left out, since the table below has it. A row is chosen by its box alone: here a click on any of its cells
// clicks the box. (Streamlit's choice of cells would choose whatever cell a keyboard comes by.)
const PARTS = [
  ['[data-testid=stSidebarNavItems]', 'role', 'none'],
  ['[data-testid=stSidebarNavItems] li', 'role', 'none'],
  ['[data-testid=stMetricChart]', 'aria-hidden', 'true'],
  ['[data-testid=stTable] > div', 'tabindex', '0'],
]

const LEGIBLE = 9

function mend() {
  for (const [parts, attribute, value] of PARTS) {
    document.querySelectorAll(`${parts}:not([${attribute}="${value}"])`).forEach((part) => part.setAttribute(attribute, value))
  }
  for (const figure of document.querySelectorAll('.heatmap-label text:not([visibility])')) {
    if (parseFloat(getComputedStyle(figure).fontSize) < LEGIBLE) figure.setAttribute('visibility', 'hidden')
  }
}

const BOX = 32
const HEADER = 31
const STILL = 4
const GESTURE = [
  [PointerEvent, ['pointermove', 'pointerdown', 'pointerup']],
  [MouseEvent, ['mousemove', 'mousedown', 'mouseup', 'click']],
]
let pressed = { x: 0, y: 0 }

function press(event) {
  if (event.isTrusted) pressed = { x: event.clientX, y: event.clientY }
}

function pick(click) {
  const grid = click.isTrusted && click.target.closest?.('[class*="st-key-picks_"] [data-testid=stDataFrame]')
  const canvas = grid && grid.querySelector('canvas')
  if (!canvas || Math.hypot(click.clientX - pressed.x, click.clientY - pressed.y) > STILL) return
  const { left, top } = canvas.getBoundingClientRect()
  if (click.clientX - left < BOX || click.clientY - top < HEADER) return
  const at = { bubbles: true, cancelable: true, composed: true, detail: 1, clientX: left + BOX / 2, clientY: click.clientY, view: window }
  for (const [Kind, names] of GESTURE) {
    for (const name of names) click.target.dispatchEvent(new Kind(name, { ...at, pointerType: 'mouse', isPrimary: true }))
  }
}

export default function () {
  mend()
  document.addEventListener('pointerdown', press, true)
  document.addEventListener('click', pick)
  const watching = new MutationObserver(mend)
  watching.observe(document.body, { childList: true, subtree: true })
  return () => {
    watching.disconnect()
    document.removeEventListener('pointerdown', press, true)
    document.removeEventListener('click', pick)
  }
}
