import { useRef } from 'react'
import { useSpeech } from '../language/language-context.tsx'

const commands = [
  'npx --no-install sillage init --data ~/my-shop --name "My shop" --country FR --currency EUR --time-zone Europe/Paris',
  'npx --no-install sillage import --data ~/my-shop --help',
  'npx --no-install sillage adapters',
  'npx --no-install sillage run --data ~/my-shop',
  'npx --no-install sillage serve --data ~/my-shop',
]

/** The way out of the demo: the commands that make a data folder of one's own. */
export function OwnData() {
  const { text } = useSpeech()
  const dialog = useRef<HTMLDialogElement>(null)
  return (
    <>
      <button type="button" className="demo-link" onClick={() => dialog.current?.showModal()}>
        {text.header.useYourOwn} →
      </button>
      <dialog ref={dialog} className="dialog" aria-labelledby="own-data-title">
        <h2 id="own-data-title">{text.header.ownDataTitle}</h2>
        <p>{text.header.ownDataText}</p>
        <pre>
          <code>{commands.join('\n')}</code>
        </pre>
        <p>
          <small>{text.header.ownDataMore}</small>
        </p>
        <form method="dialog">
          <button type="submit" className="button">
            {text.header.close}
          </button>
        </form>
      </dialog>
    </>
  )
}
