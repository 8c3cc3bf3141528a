// The saved views of a page as links, and a form that keeps the address as it stands. Only the address's own question goes back.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const list = parentElement.querySelector("ul")
  const form = parentElement.querySelector("form")
  const said = (what, name) => setTriggerValue("said", { what, name, query: window.location.search, at: Date.now() })

  const button = (sign, label, what, name) => {
    const made = document.createElement("button")
    Object.assign(made, { type: "button", textContent: sign, title: label, ariaLabel: `${label}: ${name}` })
    made.onclick = () => said(what, name)
    return made
  }

  list.replaceChildren(
    ...data.views.map((view) => {
      const row = document.createElement("li")
      const link = document.createElement("a")
      Object.assign(link, { href: view.href, target: "_self", textContent: view.name })
      const star = view.is_default ? button("★", "Do not open with it", "undefault", view.name) : button("☆", "Open the page with it", "default", view.name)
      row.append(link, star, button("✕", "Take away", "withdraw", view.name))
      return row
    }),
  )
  parentElement.querySelector("p").hidden = data.views.length > 0
  form.onsubmit = (event) => {
    event.preventDefault()
    const name = form.elements.name.value.trim()
    if (name) {
      said("keep", name)
      form.reset()
    }
  }
}
