import { useSpeech } from './language-context.tsx'

/** Names a reason code; one without a translation is shown in its own words. */
export const useReason = () => {
  const { text } = useSpeech()
  return (reason: string) => text.reasons[reason] ?? reason.replaceAll('_', ' ')
}
