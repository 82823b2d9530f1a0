import { useState } from 'react'
import type { ToolCall } from '../../generated/conversation'
import { toolErrorWords, worldFaultWords } from '../../data/words'
import { useShortened } from '../../ui/Long'

function Value({ title, value }: { title: string; value: unknown }) {
  const text = JSON.stringify(value, null, 2)
  const { shown, rest } = useShortened(text)
  return (
    <>
      <p className="tool-part">{title}</p>
      <pre tabIndex={0} aria-label={title}>{shown}</pre>
      {rest()}
    </>
  )
}

const brief = (value: unknown): string => {
  const text = value === undefined ? '' : JSON.stringify(value)
  return text.length > 70 ? `${text.slice(0, 70)}…` : text
}

/** A call, folded: what went wrong with it is on the line that stays visible. */
export function Tool({ tool, open }: { tool: ToolCall; open: boolean }) {
  const [opened, setOpened] = useState(open)
  return (
    <details className={tool.fault !== undefined ? 'tool faulty' : 'tool'} open={open} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>
        <span className="tool-name">{tool.name}</span>
        {tool.fault !== undefined && <span className="tag fault">fault: {tool.fault}</span>}
        {tool.error !== undefined && <span className="tag error">{toolErrorWords(tool.error)}</span>}
        {tool.wrote === true && <span className="tag wrote">wrote</span>}
        {' '}<code>{brief(tool.arguments)}</code>
      </summary>
      {opened && (
        <>
          {tool.fault !== undefined && <p className="tool-note">The world put this in the agent's way on purpose: the call {worldFaultWords(tool.fault)}.</p>}
          {tool.arguments !== undefined && <Value title="Arguments" value={tool.arguments} />}
          {tool.result !== undefined ? <Value title="Result" value={tool.result} /> : <p className="tool-note">No result was reported.</p>}
          {tool.served !== true && <p className="tool-note">As the agent reported it; Sosia did not serve this call.</p>}
        </>
      )}
    </details>
  )
}
