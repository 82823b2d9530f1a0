import type { ReactNode } from 'react'
import type { Conversation as Talk } from '../../generated/conversation'
import type { Run } from '../../data/run'
import { money } from '../../data/words'

function Persona({ run, row }: { run: Run; row: number }) {
  const persona = run.personas.get(run.value('persona', row))
  const scenario = run.scenarios.get(run.value('scenario', row))
  const adversary = run.adversaries.get(run.value('adversary', row))
  if (!persona && !scenario) return null
  return (
    <section>
      <h2>Who and what</h2>
      {persona && <p><b>{persona.name || persona.id}</b> <span className="quiet">{Object.values(persona.traits).join(', ')}</span></p>}
      {persona?.profile && <p>{persona.profile}</p>}
      {scenario?.intent && <p><b>Wants to</b> {scenario.intent}</p>}
      {adversary && <p><b>Pushes back as</b> {adversary.id}{adversary.description && <span className="quiet"> {adversary.description}</span>}</p>}
    </section>
  )
}

function Scores({ talk }: { talk: Talk }) {
  if (talk.scores.length === 0) return null
  return (
    <section>
      <h2>Scores <small>by {talk.scores[0]?.author}</small></h2>
      <ul className="scores">
        {talk.scores.map((score) => (
          <li key={score.criterion} data-tip={`${score.criterion} ${score.value} of 5\n${score.reason}`}>
            <span>{score.criterion}</span>
            <span className="score-bar" aria-hidden="true"><i style={{ width: `${((score.value - 1) / 4) * 100}%` }} className={score.value < 3 ? 'low' : undefined} /></span>
            <span className="number">{Number(score.value.toFixed(1))}</span>
            {score.value < 5 && <p>{score.reason}</p>}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Checks({ talk }: { talk: Talk }) {
  const passed = talk.checks.filter((check) => check.passed)
  if (passed.length === 0) return null
  return (
    <section>
      <details>
        <summary>{passed.length} checks passed</summary>
        <ul className="passed-checks">{passed.map((check, i) => <li key={i}><b>{check.name}</b> <span className="quiet">{check.detail}</span></li>)}</ul>
      </details>
    </section>
  )
}

export function Side({ run, row, talk, copy }: { run: Run; row: number; talk: Talk; copy: (text: string) => ReactNode }) {
  const commands = [`sosia replay ${talk.id}`, `sosia show ${talk.id} --why`]
  const m = talk.metrics
  return (
    <div className="side" role="complementary" aria-label="About this conversation">
      <Persona run={run} row={row} />
      <Scores talk={talk} />
      <Checks talk={talk} />
      <section>
        <h2>Again</h2>
        <ul className="commands">{commands.map((command) => <li key={command}><code>{command}</code>{copy(command)}</li>)}</ul>
        <p className="quiet">seed {talk.seed}, {m.tool_calls} tool calls{m.retries > 0 && `, ${m.retries} retries`}{m.cost_usd !== undefined && `, cost ${money(m.cost_usd)}`}</p>
      </section>
    </div>
  )
}
