// Streamlit lists its pages in a <ul> that holds more than list items, draws its sparklines for sighted readers alone, each point with
// a role and no words, and lets a wide table scroll where no key can reach it. A screen reader needs the links and the figures beside
// the sparklines, a keyboard the table.
const PARTS = [
  ['[data-testid=stSidebarNavItems]', 'role', 'none'],
  ['[data-testid=stSidebarNavItems] li', 'role', 'none'],
  ['[data-testid=stMetricChart]', 'aria-hidden', 'true'],
  ['[data-testid=stTable] > div', 'tabindex', '0'],
]

function mend() {
  for (const [parts, attribute, value] of PARTS) {
    document.querySelectorAll(`${parts}:not([${attribute}="${value}"])`).forEach((part) => part.setAttribute(attribute, value))
  }
}

export default function () {
  mend()
  const watching = new MutationObserver(mend)
  watching.observe(document.body, { childList: true, subtree: true })
  return () => watching.disconnect()
}
