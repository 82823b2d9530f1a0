import { Link } from 'react-router'
import { searchOf } from '../../data/filter'
import { intervalText, percent } from '../../data/rates'
import type { Run } from '../../data/run'
import { count, worldFaultWords } from '../../data/words'
import { RateBar } from '../../ui/RateBar'

type Fault = Run['report']['run']['faults'][number]

/** Conversations that met this kind, alone or with others. */
function linkTo(run: Run, kind: string): string | undefined {
  const values = run.dimension('met')?.values.filter((kinds) => kinds.split(', ').includes(kind)) ?? []
  return values.length > 0 ? `/conversations${searchOf([['met', values.join('|')]])}` : undefined
}

const points = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(1)}`

function Row({ run, fault }: { run: Run; fault: Fault }) {
  const to = linkTo(run, fault.kind)
  const { difference } = fault
  return (
    <tr>
      <th scope="row">
        <span data-tip={`${fault.kind}\nthe call ${worldFaultWords(fault.kind)}`}>{fault.tool === undefined && to !== undefined ? <Link to={to}>{fault.kind}</Link> : fault.kind}{fault.tool !== undefined && <small> at {fault.tool}</small>}</span>
      </th>
      <td data-label="calls">{count(fault.calls)}</td>
      <td data-label="with it">{fault.with.n > 0 ? percent(fault.with.value) : '–'} <small>n = {count(fault.with.n)}</small></td>
      <td className="bar">{fault.with.n > 0 && <RateBar rate={fault.with} />}</td>
      <td data-label="without">{fault.without.n > 0 ? percent(fault.without.value) : '–'} <small>n = {count(fault.without.n)}</small></td>
      <td data-label="difference" className={difference && difference.high < 0 ? 'worse' : undefined}>
        {difference ? <>{points(difference.value)} <small>{points(difference.low)} to {points(difference.high)} points</small></> : <span className="quiet">nothing to compare with</span>}
      </td>
    </tr>
  )
}

/** How passing depends on what the world put in the agent's way; nothing where no fault came up. */
export function WorldFaults({ run }: { run: Run }) {
  const faults = run.report.run.faults ?? [] // runs of older versions have none
  if (faults.length === 0) return null
  const any = faults.filter((fault) => fault.tool === undefined)
  const byTool = faults.filter((fault) => fault.tool !== undefined)
  // A kind that came up at one tool alone says the same twice.
  const shown = any.flatMap((fault) => {
    const tools = byTool.filter((one) => one.kind === fault.kind)
    return tools.length > 1 ? [fault, ...tools] : [fault]
  })
  return (
    <section aria-labelledby="world-faults" className="world-faults-section">
      <h2 id="world-faults">Faults of the world</h2>
      <p className="note">What tools did on purpose, and how passing depends on it: conversations that met the fault beside those in worlds that did not. {run.report.run.pass_rate.n > 0 && <>All together {percent(run.report.run.pass_rate.value)}, interval {intervalText(run.report.run.pass_rate)}.</>}</p>
      <div className="scroll" tabIndex={0} role="region" aria-label="Pass rate by fault">
        <table className="plain world-faults">
          <thead><tr><th scope="col">Fault</th><th scope="col">Calls</th><th scope="col">With it</th><th scope="col">Interval</th><th scope="col">Without</th><th scope="col">Difference</th></tr></thead>
          <tbody>{shown.map((fault) => <Row key={`${fault.kind} ${fault.tool ?? ''}`} run={run} fault={fault} />)}</tbody>
        </table>
      </div>
    </section>
  )
}
