// Streamlit lists its pages in a <ul> that holds more than list items, draws its sparklines for sighted readers alone, each point with
// a role and no words, and lets a wide table scroll where no key can reach it. A screen reader needs the links and the figures beside
// the sparklines, a keyboard the table. And Plotly writes the figures of a heat map as small as it takes to keep them in their cells: what
// nobody can read is left out, since the table below has it.
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

export default function () {
  mend()
  const watching = new MutationObserver(mend)
  watching.observe(document.body, { childList: true, subtree: true })
  return () => watching.disconnect()
}
