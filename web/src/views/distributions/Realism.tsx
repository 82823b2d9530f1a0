import type { Run } from '../../data/run'

const shown = (value: number): string => (value >= 10 ? value.toFixed(1) : value.toFixed(2))

export function Realism({ run, filtered }: { run: Run; filtered: boolean }) {
  const rows = run.report.realism
  const telling = rows.filter((row) => row.separates)
  const near = telling.filter((row) => row.nearer_to_people).length
  return (
    <section className="chart wide" aria-labelledby="realism">
      <h2 id="realism">Do the simulated users write like people?</h2>
      <p className="note">{near} of {telling.length} telling measures lie nearer to people than to a model that plays the user.{filtered && ' Of the whole run, whatever the filter.'}</p>
      <ul className="rows realism">
        {rows.map((row) => {
          const most = Math.max(row.here, row.people_high, row.model) * 1.08 || 1
          const at = (value: number) => `${(100 * value) / most}%`
          return (
            <li key={row.measure} className={row.separates ? undefined : 'mute'}>
              <span className="rows-name">{row.measure}</span>
              <span className="dots" role="img" data-tip={`${row.measure}\nhere ${shown(row.here)}\npeople ${shown(row.people_low)} to ${shown(row.people_high)}\nmodel ${shown(row.model)}`}
                    aria-label={`here ${shown(row.here)}, people ${shown(row.people_low)} to ${shown(row.people_high)}, model ${shown(row.model)}`}>
                <i className="people" style={{ left: at(row.people_low), width: at(row.people_high - row.people_low) }} />
                <i className="model" style={{ left: at(row.model) }} />
                <i className={row.nearer_to_people || !row.separates ? 'dot' : 'dot outlier'} style={{ left: at(row.here), width: '11px' }} />
              </span>
              <span className="number">{shown(row.here)}</span>
              <span className="rows-note">{!row.separates ? 'tells nothing' : row.nearer_to_people ? 'like people' : 'like a model'}</span>
            </li>
          )
        })}
      </ul>
      <p className="note keys"><span className="key-people">range of human corpora</span><span className="key-model">a model playing the user</span><span className="key">this run</span></p>
    </section>
  )
}
