import type { Run } from '../../data/run'
import { count, money } from '../../data/words'

const roles: Record<string, string> = { user: 'simulated users', judge: 'judge' }

/** Calls and tokens of every role a model has in the run; nothing where none has. */
export function Models({ run }: { run: Run }) {
  const uses = Object.entries(run.report.run.metrics.models ?? {})
  if (uses.length === 0) return null
  const kept = uses.some(([, use]) => use.calls > 0 && use.input_tokens === 0)
  return (
    <section className="chart" aria-labelledby="models">
      <h2 id="models">Calls of models</h2>
      <table className="plain models">
        <thead><tr><th scope="col">Role</th><th scope="col">Calls</th><th scope="col">Tokens in</th><th scope="col">Out</th><th scope="col">Cost</th></tr></thead>
        <tbody>
          {uses.map(([role, use]) => (
            <tr key={role}>
              <th scope="row">{roles[role] ?? role}</th>
              <td data-label="calls">{count(use.calls)}</td>
              <td data-label="tokens in">{count(use.input_tokens)}{use.cached_tokens > 0 && <small> {count(use.cached_tokens)} cached</small>}</td>
              <td data-label="tokens out">{count(use.output_tokens)}</td>
              <td data-label="cost">{use.cost_usd === undefined ? <small>price not known</small> : money(use.cost_usd)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="note">Of the whole run, retries included.{kept && ' A role without tokens had all its answers kept from before.'}</p>
    </section>
  )
}
