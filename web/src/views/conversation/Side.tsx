import type { ReactNode } from 'react'
import type { Run } from '../../data/run'
import { count, money, plural } from '../../data/words'
import type { Conversation as Talk, ModelUse } from '../../generated/conversation'
import { Opinions } from './Opinions'

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

function Use({ role, use }: { role: string; use: ModelUse }) {
  const kept = use.calls > 0 && use.input_tokens === 0 && use.cost_usd === 0 // kept answers cost nothing and send nothing
  return (
    <li>
      <b>{role}</b> {use.cost_usd === undefined ? 'price not known' : money(use.cost_usd)}
      <p className="quiet">{plural(use.calls, 'call')}{kept ? ', all answered from what was kept' : `; ${count(use.input_tokens)} tokens in${use.cached_tokens > 0 ? ` (${count(use.cached_tokens)} cached)` : ''}, ${count(use.output_tokens)} out`}</p>
    </li>
  )
}

function Models({ talk }: { talk: Talk }) {
  const roles = ([['simulated user', talk.user_model], ['judge', talk.judge_model]] as const).filter(([, use]) => use !== undefined)
  if (roles.length === 0) return null
  return (
    <section>
      <h2>Models</h2>
      <ul className="uses">{roles.map(([role, use]) => <Use key={role} role={role} use={use as ModelUse} />)}</ul>
    </section>
  )
}

interface SideProps {
  run: Run
  row: number
  talk: Talk
  link: (turn: number) => string
  copy: (text: string) => ReactNode
}

export function Side({ run, row, talk, link, copy }: SideProps) {
  const commands = [`sosia replay ${talk.id}`, `sosia show ${talk.id} --why`]
  const m = talk.metrics
  return (
    <div className="side" role="complementary" aria-label="About this conversation">
      <Persona run={run} row={row} />
      <Opinions run={run} talk={talk} link={link} />
      <Scores talk={talk} />
      <Models talk={talk} />
      <Checks talk={talk} />
      <section>
        <h2>Again</h2>
        <ul className="commands">{commands.map((command) => <li key={command}><code>{command}</code>{copy(command)}</li>)}</ul>
        <p className="quiet">seed {talk.seed}, {m.tool_calls} tool calls{m.retries > 0 && `, ${m.retries} retries`}{m.cost_usd !== undefined && `, cost ${money(m.cost_usd)}`}</p>
      </section>
    </div>
  )
}
