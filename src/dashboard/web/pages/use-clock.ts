import { useMemo } from 'react'
import { useSpeech } from '../language/language-context.tsx'
import { useView } from '../state/view-context.ts'

/** Writes an instant as the clock in the shop shows it. */
export function useClock(): (utc: string) => string {
  const { language } = useSpeech()
  const { shop } = useView()
  return useMemo(() => {
    const format = new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', {
      timeZone: shop.timeZone,
      hour: '2-digit',
      minute: '2-digit',
    })
    return (utc) => format.format(Date.parse(utc))
  }, [language, shop.timeZone])
}
