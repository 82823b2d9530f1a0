import { useMemo } from 'react'
import { useFilter, useOpened } from '../context'
import { matching, searchOf } from '../data/filter'
import { FilterBar } from '../ui/FilterBar'
import { Endings } from './distributions/Endings'
import { Cost } from './distributions/Cost'
import { Escalation } from './distributions/Escalation'
import { Latency } from './distributions/Latency'
import { Models } from './distributions/Models'
import { Moods } from './distributions/Moods'
import { Realism } from './distributions/Realism'
import { Turns } from './distributions/Turns'

export function Distributions() {
  const { run, whole } = useOpened()
  const filter = useFilter()
  const search = searchOf(filter)
  const rows = useMemo(() => matching(run, filter), [run, search])
  return (
    <div className="page distributions">
      <h1>Distributions</h1>
      <FilterBar matches={rows.length} />
      {!whole && <p className="empty" role="status">These come from the transcripts, which are being read.</p>}
      {!whole ? null : rows.length === 0 ? <p className="empty">No conversation matches these filters.</p> : (
        <div className="charts">
          <Turns run={run} rows={rows} />
          <Latency run={run} rows={rows} whole={filter.size === 0} />
          <Escalation run={run} rows={rows} />
          <Moods run={run} rows={rows} />
          <Endings run={run} rows={rows} />
          <Realism run={run} filtered={filter.size > 0} />
          <Cost run={run} rows={rows} />
          <Models run={run} />
        </div>
      )}
    </div>
  )
}
