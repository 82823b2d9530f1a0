import { piecesOf, turnsDirection, type Quoted } from '../../data/said'
import { useShortened } from '../../ui/Long'

/** Text as text, with the words that a verdict or a judge quotes marked. */
export function Said({ text, quotes }: { text: string; quotes: readonly Quoted[] }) {
  const pieces = piecesOf(text, quotes)
  const plain = pieces.length === 1 && pieces[0]?.mark === undefined
  const { shown, rest } = useShortened(text)
  if (text === '') return <p className="said quiet">(says nothing)</p>
  const cut = shown.length < text.length
  return (
    <>
      <p className="said">
        {cut || plain ? shown : pieces.map((piece, i) => piece.mark === undefined ? piece.text : <mark key={i} className={piece.mark}>{piece.text}</mark>)}
      </p>
      {rest()}
      {turnsDirection(text) && <p className="quiet turns-direction">has characters that turn the direction of text: it may read otherwise than it is</p>}
    </>
  )
}
