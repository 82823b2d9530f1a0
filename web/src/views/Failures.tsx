import { useMemo } from 'react'
import { Link, useNavigate } from 'react-router'
import { useFilter, useOpened } from '../context'
import { matching, searchOf, withFilter, type Filter } from '../data/filter'
import { percent } from '../data/rates'
import type { Run } from '../data/run'
import { count, endingWords, plural, sentence } from '../data/words'
import { FilterBar } from '../ui/FilterBar'
import { useKeys } from '../ui/keys'

interface Group {
  name: string
  invalid: boolean
  rows: number[]
  filter: Record<string, string>
}

function groups(run: Run, rows: ArrayLike<number>): Group[] {
  const found = new Map<string, Group>()
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number
    const outcome = run.outcome(row)
    if (outcome === 'passed') continue
    const check = run.value('check', row)
    const invalid = outcome === 'invalid'
    const ended = run.value('ended', row)
    const name = !invalid && check !== '' ? check : endingWords(ended)
    const key = `${invalid} ${name}`
    let group = found.get(key)
    if (!group) {
      group = { name, invalid, rows: [], filter: { outcome, ...(invalid || check === '' ? { ended } : { check }) } }
      found.set(key, group)
    }
    group.rows.push(row)
  }
  return [...found.values()].sort((a, b) => Number(a.invalid) - Number(b.invalid) || b.rows.length - a.rows.length || a.name.localeCompare(b.name))
}

/** A few that differ: each with a persona and a scenario not shown yet, as long as there are such; those in the file first. */
function representatives(run: Run, rows: readonly number[], most = 3): number[] {
  const chosen: number[] = []
  const seen = new Set<string>()
  const held = rows.filter((row) => run.held(row))
  for (const strict of [true, false]) {
    for (const row of held.length > 0 ? held : rows) {
      if (chosen.length === most) return chosen
      const persona = `p ${run.value('persona', row)}`
      const scenario = `s ${run.value('scenario', row)}`
      if (chosen.includes(row) || (strict && (seen.has(persona) || seen.has(scenario)))) continue
      chosen.push(row)
      seen.add(persona).add(scenario)
    }
  }
  return chosen
}

function common(run: Run, rows: readonly number[], key: string): { value: string; n: number } | undefined {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(run.value(key, row), (counts.get(run.value(key, row)) ?? 0) + 1)
  const top = [...counts].sort((a, b) => b[1] - a[1])[0]
  return top && { value: top[0], n: top[1] }
}

function GroupCard({ run, group, filter, total, most }: { run: Run; group: Group; filter: Filter; total: number; most: number }) {
  const search = searchOf(withFilter(filter, group.filter))
  const [first, ...others] = representatives(run, group.rows)
  if (first === undefined) return null
  const scenario = common(run, group.rows, 'scenario')
  const adversary = common(run, group.rows, 'adversary')
  const quote = run.text('quote', first)
  const category = run.report.run.findings.find((finding) => finding.check === group.name)?.category
  const meter = `${(100 * group.rows.length) / most}%`
  return (
    <li className={group.invalid ? 'group invalid' : 'group'}>
      <div className="group-count">
        <strong>{count(group.rows.length)}</strong>
        <span>{percent(group.rows.length / total)}</span>
        <span className="meter" aria-hidden="true"><span style={{ width: meter }} /></span>
      </div>
      <div className="group-body">
        <h2>
          <Link to={`/conversations${search}`}>{group.name}</Link>
          {category && <span className="tag">{category}</span>}
          {group.invalid && <span className="tag">invalid: {run.value('fault', first)}</span>}
        </h2>
        <p className="detail">{sentence(run.text('detail', first))}</p>
        {quote !== '' && <blockquote>{quote}</blockquote>}
        <p className="note">
          {scenario && <>most in <b>{scenario.value}</b> ({scenario.n})</>}{adversary && <>, with <b>{adversary.value}</b> ({adversary.n})</>}
        </p>
        <ul className="examples">
          {[first, ...others].map((row) => (
            <li key={row}>
              <Link to={`/conversations/${run.id(row)}${search}`} data-failure>
                <code>{run.id(row).slice(0, 6)}</code> {run.personaName(run.value('persona', row))} <span aria-hidden="true">→</span> {run.value('scenario', row)}
                <small>{run.value('adversary', row)}{run.number('cause_turn', row) > 0 && `, turn ${run.number('cause_turn', row)}`}</small>
              </Link>
            </li>
          ))}
          {group.rows.length > 3 && <li><Link className="all" to={`/conversations${search}`}>all {count(group.rows.length)}</Link></li>}
        </ul>
      </div>
    </li>
  )
}

/** j and k walk through the links of a list. */
export function useListKeys(selector: string): void {
  const step = (by: number) => {
    const links = [...document.querySelectorAll<HTMLElement>(selector)]
    const at = links.indexOf(document.activeElement as HTMLElement)
    links[Math.min(Math.max(at + by, 0), links.length - 1)]?.focus()
  }
  useKeys({ j: () => step(1), k: () => step(-1) })
}

export function Failures() {
  const { run } = useOpened()
  const navigate = useNavigate()
  const filter = useFilter()
  const search = searchOf(filter)
  const rows = useMemo(() => matching(run, filter), [run, search])
  const found = useMemo(() => groups(run, rows), [run, rows])
  const failed = found.filter((group) => !group.invalid).reduce((n, group) => n + group.rows.length, 0)
  useListKeys('[data-failure]')
  useKeys({ u: () => void navigate('/') })
  return (
    <div className="page failures">
      <h1>Failures</h1>
      <FilterBar matches={rows.length} without={['outcome']} />
      {found.length === 0
        ? <p className="empty">{run.size === rows.length ? 'Nothing failed.' : 'Nothing failed among these.'}</p>
        : <p className="lead">{plural(failed, 'conversation')} failed, for {plural(found.filter((g) => !g.invalid).length, 'reason')}. Each counts under the check that explains it best.</p>}
      <ol className="groups">
        {found.map((group) => (
          <GroupCard key={`${group.invalid} ${group.name}`} run={run} group={group} filter={filter} total={rows.length} most={found[0]?.rows.length ?? 1} />
        ))}
      </ol>
    </div>
  )
}
