import { useState } from 'react'
import type { Run } from '../../data/run'
import type { OtherTurn } from '../../data/together'
import { plural } from '../../data/words'
import { Said } from './Said'
import { Tool } from './Tool'

/** What somebody else in the same world said and was told meanwhile, folded. */
export function Others({ run, turns, open, toolsOpen }: { run: Run; turns: readonly OtherTurn[]; open: boolean; toolsOpen: boolean }) {
  const [opened, setOpened] = useState(open)
  const who = [...new Set(turns.map((one) => one.who))]
  const name = (persona: string) => run.personaName(persona)
  const faults = turns.flatMap((one) => one.turn.tools).filter((tool) => tool.fault !== undefined).length
  return (
    <li className="meanwhile">
      <details open={open} onToggle={(event) => setOpened(event.currentTarget.open)}>
        <summary>
          <span className="meanwhile-words">Meanwhile</span> {who.map((one) => <b key={one.persona}>{name(one.persona)}</b>)}
          <span className="quiet">{plural(turns.length, 'turn')}{faults > 0 && `, ${plural(faults, 'fault')}`}</span>
        </summary>
        {opened && (
          <ol className="meanwhile-turns">
            {turns.map(({ who: { persona }, turn }, i) => (
              <li key={i} className={`other ${turn.role}`}>
                <p className="who"><b>{turn.role === 'user' ? name(persona) : `agent to ${name(persona)}`}</b><span>their #{turn.n}</span>{turn.ended && <span>ended the conversation</span>}</p>
                <Said text={turn.text} quotes={[]} />
                {turn.tools.map((tool, k) => <Tool key={`${k} ${toolsOpen}`} tool={tool} open={toolsOpen} />)}
              </li>
            ))}
          </ol>
        )}
      </details>
    </li>
  )
}
