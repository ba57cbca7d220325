import { useSpeech } from '../language/language-context.tsx'

interface ShareBarProps {
  parts: readonly { readonly name: string; readonly value: number; readonly colour: string }[]
}

/** One bar cut into shares; the table beside it names them. */
export function ShareBar({ parts }: ShareBarProps) {
  const { format } = useSpeech()
  const all = parts.reduce((sum, { value }) => sum + value, 0)
  return (
    <div className="share-bar" aria-hidden="true">
      {parts
        .filter(({ value }) => value > 0)
        .map(({ name, value, colour }) => (
          <i
            key={name}
            title={`${name}: ${format.share(value / all)}`}
            style={{ flexGrow: value, background: colour }}
          />
        ))}
    </div>
  )
}
