// Two buttons that save a chart of the page as PNG or SVG, by the chart's own camera.
// The chart is found by the class that Streamlit gives an element with a key; nothing leaves the browser.
export default function (component) {
  const { data, parentElement } = component
  const chart = () => document.querySelector(`.st-key-${CSS.escape(data.chart)} .js-plotly-plot`)

  const save = (format) => {
    const plot = chart()
    const camera = plot?.querySelector('.modebar-btn[data-title^="Download plot"]')
    if (!camera) return
    Object.assign(plot._context.toImageButtonOptions, { format, filename: data.file, scale: format === "png" ? 2 : 1 })
    camera.click()
  }

  for (const button of parentElement.querySelectorAll("button")) {
    button.onclick = () => save(button.dataset.format)
  }
}
