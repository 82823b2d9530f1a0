import { useEffect, useRef } from 'react'

const shortcuts: readonly (readonly [string, string])[] = [
  ['1 … 6', 'Overview, Matrix, Failures, Conversations, Distributions, Compare'],
  ['/', 'Search transcripts'],
  ['j  k', 'Next, previous: failure, line of a list, changed cell'],
  ['←  →', 'The same, in a conversation; between cells in the matrix'],
  ['i', "Show or hide the user's inner side"],
  ['t', 'Open or close all tool calls'],
  ['o', 'Open or close what others in the same world said'],
  ['c', 'Copy the conversation as Markdown'],
  ['u', 'Back to the list'],
  ['d', 'Light, dark, or as the system'],
  ['?', 'This help'],
]

export function Help({ open, onClose }: { open: boolean; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (open) dialog.current?.showModal()
    else dialog.current?.close()
  }, [open])
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="help-title">
      <h2 id="help-title">Keyboard</h2>
      <dl className="shortcuts">
        {shortcuts.map(([keys, what]) => (
          <div key={keys}><dt><kbd>{keys}</kbd></dt><dd>{what}</dd></div>
        ))}
      </dl>
      <button type="button" className="button" onClick={onClose}>Close</button>
    </dialog>
  )
}
