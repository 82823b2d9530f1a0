import { Link } from 'react-router'
import type { Run } from '../data/run'
import { intervalText, percent } from '../data/rates'
import { count } from '../data/words'
import { RateBar } from '../ui/RateBar'

type Sensitivity = NonNullable<Run['report']['run']['sensitivity']>
type Contrast = Sensitivity['contrasts'][number]

const fewCells = 6

function Depends({ contrast, first }: { contrast: Contrast; first: string }) {
  const { cells, discordant, difference, kappa } = contrast
  const points = (value: number) => `${value > 0 ? '+' : ''}${(100 * value).toFixed(1)}`
  return (
    <>
      <h3>{contrast.other} beside {first}</h3>
      <p>
        The verdict of <b>{count(cells.count)} of {count(cells.n)}</b> cells depends on who plays ({percent(cells.value)}, exact 95 % interval {intervalText({ ...cells, passed: cells.count })}).
        Of {count(contrast.n)} pairs {count(discordant.count)} came out differently: {count(contrast.only_first)} passed only with {first}, {count(contrast.only_other)} only
        with {contrast.other}; {points(difference.value)} points [{points(difference.low)}, {points(difference.high)}], kappa {kappa === null ? 'not defined' : kappa.toFixed(2)}.
        {contrast.left_out > 0 && ` ${count(contrast.left_out)} pairs are left out as invalid.`}
      </p>
      {contrast.checks.length > 0 && <p className="note">Checks that fail with one of them only: {contrast.checks.slice(0, 4).map((c) => `${c.name} (${c.only_first + c.only_other})`).join(', ')}.</p>}
      {contrast.dependent.length > 0 && (
        <ul>
          {contrast.dependent.slice(0, fewCells).map(({ cell, n, passed_first, passed_other, conversations: [one, two] }) => (
            <li key={`${cell.persona} ${cell.scenario} ${cell.edge_case} ${cell.adversary}`}>
              {cell.persona} <span aria-hidden="true">→</span> {cell.scenario}{cell.edge_case !== '' && ` · ${cell.edge_case}`} <small>{cell.adversary}</small>{' '}
              <Link to={`/conversations/${one}`}>{passed_first} of {n} with {first}</Link>, <Link to={`/conversations/${two}`}>{passed_other} of {n} with {contrast.other}</Link>
            </li>
          ))}
        </ul>
      )}
      {cells.count > fewCells && <p className="note">{count(cells.count - fewCells)} more cells in run.json.</p>}
    </>
  )
}

/** Which verdicts depend on who plays the user, where several do. */
export function WhoPlays({ run }: { run: Run }) {
  const { sensitivity } = run.report.run
  if (sensitivity === undefined) return null
  return (
    <section aria-labelledby="who-plays">
      <h2 id="who-plays">Who plays the user</h2>
      <p className="note">{sensitivity.decides} decides: verdict, counts and gate are of its conversations. The others are shown beside it.</p>
      <ul className="slices">
        {sensitivity.players.map(({ name, pass_rate }) => (
          <li key={name}>
            <span>{name}</span>
            <span className="number">{percent(pass_rate.value)}</span>
            <RateBar rate={pass_rate} />
            <small className="number">n = {pass_rate.n}</small>
          </li>
        ))}
      </ul>
      {sensitivity.contrasts.map((contrast) => <Depends key={contrast.other} contrast={contrast} first={sensitivity.decides} />)}
    </section>
  )
}
