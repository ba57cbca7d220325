/** Calls back when the page takes another address without loading, with the address before. */
export function onAddressChange(changed: (before: string) => void): void {
  let current = withoutFragment()
  const look = () => {
    const before = current
    current = withoutFragment()
    // The title follows the address in most shops; it is read when this turn is over.
    if (current !== before) setTimeout(() => changed(before), 0)
  }
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name]
    history[name] = function (this: History, ...given: Parameters<History['pushState']>) {
      original.apply(this, given)
      look()
    }
  }
  addEventListener('popstate', look)
}

const withoutFragment = (): string => location.href.split('#')[0] as string
