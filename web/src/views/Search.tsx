import { useEffect, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { useOpened } from '../context'
import { mostHits, type Hit } from '../data/search'
import { plural } from '../data/words'
import { OutcomeBadge } from '../ui/Outcome'
import { useListKeys } from './Failures'

export function Search() {
  const { run, source } = useOpened()
  const [search] = useSearchParams()
  const text = (search.get('q') ?? '').trim()
  const [hits, setHits] = useState<Hit[]>([])
  const [done, setDone] = useState(0)
  useListKeys('[data-line]')
  useEffect(() => {
    let current = true
    setHits([])
    setDone(text === '' ? 1 : 0)
    if (text === '') return
    void source.search(run, text, (found, share) => {
      if (!current) return false
      setHits((now) => [...now, ...found])
      setDone(share)
      return true
    }).then(() => current && setDone(1))
    return () => { current = false }
  }, [run, source, text])
  const conversations = new Set(hits.map((hit) => hit.id)).size
  const { passed, failed, invalid } = run.report.contents
  const whole = [passed, failed, invalid].every((share) => share.held === share.all)
  return (
    <div className="page searching">
      <h1>Search{text !== '' && <> for “{text}”</>}</h1>
      <p className="lead" role="status">
        {text === '' ? 'Type what a user or the agent said.' : <>{hits.length >= mostHits && 'The first '}{plural(hits.length, 'turn')} in {plural(conversations, 'conversation')}{done < 1 && `, ${Math.round(done * 100)} % searched`}{!whole && ' of those whose transcript is in this file'}</>}
      </p>
      {done < 1 && <progress value={done} aria-label="Searching" />}
      <ul className="hits">
        {hits.map((hit) => {
          const row = run.rowOf(hit.id)
          if (row === undefined) return null
          return (
            <li key={`${hit.id} ${hit.turn}`}>
              <Link to={`/conversations/${hit.id}?turn=${hit.turn}`} data-line>
                <OutcomeBadge outcome={run.outcome(row)} short />
                <span className="hit-who">{run.personaName(run.value('persona', row))} <span aria-hidden="true">→</span> {run.value('scenario', row)}, turn {hit.turn}, {hit.role}</span>
                <span className="hit-text">{hit.before}<mark>{hit.match}</mark>{hit.after}</span>
              </Link>
            </li>
          )
        })}
      </ul>
      {hits.length >= mostHits && <p className="note">The search stopped here; a longer text finds fewer.</p>}
    </div>
  )
}
