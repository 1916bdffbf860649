// Samples in tabs: one per language, the reader's last choice first. Without this script the samples are
// shown one below the other, each under its language's name.
(() => {
  const REMEMBERED = 'parsec-language'

  /** Returns the last chosen language on any page. */
  const remembered = () => {
    try { return localStorage.getItem(REMEMBERED) } catch { return null }
  }
  const remember = (language) => {
    try { localStorage.setItem(REMEMBERED, language) } catch { /* The choice applies to this page only. */ }
  }

  const groups = [...document.querySelectorAll('.tabs')].map((group, number) => {
    const bar = document.createElement('div')
    bar.className = 'tab-bar'
    bar.setAttribute('role', 'tablist')
    bar.setAttribute('aria-label', 'Language')
    const tabs = [...group.querySelectorAll(':scope > .tab')].map((heading) => {
      const language = heading.dataset.language
      const panel = document.createElement('div')
      panel.id = `tab-${number}-${language}`
      panel.setAttribute('role', 'tabpanel')
      while (heading.nextElementSibling && !heading.nextElementSibling.matches('.tab')) {
        panel.append(heading.nextElementSibling)
      }
      const button = document.createElement('button')
      button.type = 'button'
      button.textContent = heading.textContent
      button.setAttribute('role', 'tab')
      button.setAttribute('aria-controls', panel.id)
      button.addEventListener('click', () => { choose(language, button) })
      bar.append(button)
      heading.replaceWith(panel)
      return { language, button, panel }
    })
    group.prepend(bar)
    bar.addEventListener('keydown', (event) => { move(event, tabs) })
    return tabs
  })

  /** Shows a language in all tabs, and keeps the button at its position on the screen. */
  function choose(language, button) {
    const before = button.getBoundingClientRect().top
    remember(language)
    show(language)
    window.scrollBy(0, button.getBoundingClientRect().top - before)
  }

  function show(language) {
    for (const tabs of groups) {
      const chosen = tabs.find((tab) => tab.language === language) ?? tabs[0]
      for (const { button, panel } of tabs) {
        const on = panel === chosen.panel
        panel.hidden = !on
        button.setAttribute('aria-selected', String(on))
        button.tabIndex = on ? 0 : -1
      }
    }
  }

  function move(event, tabs) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    // mdbook uses these keys to change pages.
    event.stopPropagation()
    event.preventDefault()
    const at = tabs.findIndex(({ button }) => button === document.activeElement)
    const next = tabs[(at + step + tabs.length) % tabs.length]
    next.button.focus()
    choose(next.language, next.button)
  }

  show(remembered() ?? 'bash')
})()
