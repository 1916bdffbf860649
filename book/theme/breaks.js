// Long names in tables may break where a reader would break them.
for (const code of document.querySelectorAll('td code')) {
  const parts = code.textContent.split(/(?<=[_/.:,])/)
  code.replaceChildren(...parts.flatMap((part) => [part, document.createElement('wbr')]))
}
