import { useMemo, useState } from 'react'
import { aboutEndState, endState, wantedOf, type Document } from '../../data/endstate'
import { plural } from '../../data/words'
import type { Conversation as Talk } from '../../generated/conversation'
import { useShortened } from '../../ui/Long'

function Value({ text }: { text: string }) {
  const { shown, rest } = useShortened(text)
  return <><code>{shown}</code>{rest()}</>
}

function Rows({ document, asked }: { document: Document; asked: boolean }) {
  const [whole, setWhole] = useState(false)
  const differing = document.places.filter((place) => place.expected !== undefined).length
  const places = whole ? document.places : document.places.slice(0, differing > 0 ? differing : few)
  const more = document.places.length - places.length
  return (
    <tbody>
      <tr className="document"><th scope="rowgroup" colSpan={asked ? 3 : 2}><code>{document.name}</code> <span className={`tag ${document.what.replaceAll(' ', '-')}`}>{document.what}</span></th></tr>
      {places.map((place) => (
        <tr key={place.at} className={place.expected === undefined ? undefined : 'differs'}>
          <th scope="row"><code>{place.at || 'the document'}</code></th>
          <td data-label="is now"><Value text={place.found} /></td>
          {asked && <td data-label="expected" className={place.expected === undefined ? 'not-asked' : undefined}>{place.expected !== undefined && <><b aria-hidden="true">≠ </b><Value text={place.expected} /></>}</td>}
        </tr>
      ))}
      {more > 0 && <tr><td colSpan={asked ? 3 : 2}><button type="button" className="link" onClick={() => setWhole(true)}>{plural(more, 'more member')} of {document.name}</button></td></tr>}
    </tbody>
  )
}

const few = 8 // members of a document that nothing is expected of
const most = 40 // documents

/** What the conversation changed in its world, beside what should be there. */
export function EndState({ talk }: { talk: Talk }) {
  const documents = useMemo(() => endState(talk), [talk])
  if (talk.world === undefined && documents.length === 0) return null
  const asked = documents.some((document) => document.places.some((place) => place.expected !== undefined))
  const other = talk.checks.filter((check) => !check.passed && aboutEndState(check)).flatMap((check) => wantedOf(check).rest.map((line) => [check.name, line] as const))
  const held = talk.checks.filter((check) => check.passed && aboutEndState(check))
  return (
    <section className="end-state" aria-labelledby="end-state">
      <h2 id="end-state">What is left in the world <small>{talk.world?.id}</small></h2>
      {documents.length === 0 && <p className="quiet">Nothing was changed.</p>}
      {held.length > 0 && <p className="quiet">{held.map((check) => check.name).join(', ')}: as expected.</p>}
      {other.length > 0 && <ul className="end-state-rest">{other.map(([name, line], i) => <li key={i}><b>{name}</b> {line}</li>)}</ul>}
      {documents.length > 0 && (
        <div className="scroll" tabIndex={0} role="region" aria-label="Documents that changed">
          <table className="documents">
            <thead><tr><th scope="col">Where</th><th scope="col">Is now</th>{asked && <th scope="col">Expected</th>}</tr></thead>
            {documents.slice(0, most).map((document) => <Rows key={document.name} document={document} asked={asked} />)}
          </table>
        </div>
      )}
      {documents.length > most && <p className="quiet">{plural(documents.length - most, 'document')} more: <code>sosia show {talk.id}</code></p>}
    </section>
  )
}
