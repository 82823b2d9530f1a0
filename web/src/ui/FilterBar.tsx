import { useNavigate, useLocation } from 'react-router'
import { useFilter, useOpened } from '../context'
import { searchOf, withFilter } from '../data/filter'
import { count } from '../data/words'

/** Selects for every dimension; what is chosen stands in the address. */
export function FilterBar({ matches, without = [] }: { matches: number; without?: readonly string[] }) {
  const { run } = useOpened()
  const filter = useFilter()
  const navigate = useNavigate()
  const location = useLocation()
  const others = [...new URLSearchParams(location.search)].filter(([key]) => !filter.has(key))
  const set = (changes: Record<string, string | undefined>) =>
    void navigate({ pathname: location.pathname, search: searchOf([...others, ...withFilter(filter, changes)]) }, { replace: true })
  const first = ['outcome', 'persona', 'scenario', 'adversary.family', 'check'].filter((key) => !without.includes(key))
  const rest = [...run.dimensionKeys, 'ended', 'fault'].filter((key) => !first.includes(key))
  const openRest = rest.some((key) => filter.has(key))
  const select = (key: string) => {
    const dimension = run.dimension(key)
    if (!dimension || dimension.values.length === 0) return null
    const chosen = filter.get(key) ?? ''
    return (
      <label key={key} className={chosen ? 'field on' : 'field'}>
        <span>{run.label(key)}</span>
        <select value={chosen} onChange={(event) => set({ [key]: event.target.value })}>
          <option value="">all</option>
          {chosen !== '' && !dimension.values.includes(chosen) && <option value={chosen}>{chosen.replaceAll('|', ' or ')}</option>}
          {[...dimension.values].sort((a, b) => a.localeCompare(b)).map((value) => (
            <option key={value} value={value}>{key === 'persona' ? run.personaName(value) : value}</option>
          ))}
        </select>
      </label>
    )
  }
  return (
    <div className="filters" role="group" aria-label="Filters">
      {first.map(select)}
      <details className="more" open={openRest}>
        <summary>More</summary>
        <div className="more-fields">{rest.map(select)}</div>
      </details>
      <span className="matches" role="status">
        {filter.size > 0 ? `${count(matches)} of ${count(run.size)}` : count(run.size)} conversations
      </span>
      {filter.size > 0 && (
        <button type="button" className="link" onClick={() => set(Object.fromEntries([...filter.keys()].map((key) => [key, undefined])))}>
          Clear
        </button>
      )}
    </div>
  )
}
