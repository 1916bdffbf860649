// Permits line breaks after separators in long names in tables.
for (const code of document.querySelectorAll('td code')) {
  const parts = code.textContent.split(/(?<=[_/.:,])/)
  code.replaceChildren(...parts.flatMap((part) => [part, document.createElement('wbr')]))
}
