import { Link } from 'react-router'
import { anchorOf, criterionOf, standingWords, toneOf } from '../../data/judging'
import type { Run } from '../../data/run'
import { plural } from '../../data/words'
import type { Conversation as Talk, Opinion } from '../../generated/conversation'
import { useShortened } from '../../ui/Long'

function Reason({ text }: { text: string }) {
  const { shown, rest } = useShortened(text)
  return <><p className="opinion-reason">{shown}</p>{rest()}</>
}

function Votes({ opinion }: { opinion: Opinion }) {
  const { votes, void_votes: voided } = opinion
  if (votes.length === 0 && voided === 0) return null
  return (
    <p className="opinion-votes">
      {votes.length > 0 && <>votes {votes.map((vote, i) => <span key={i} className="vote">{vote}</span>)}</>}
      {voided > 0 && <span className="tag warn" data-tip={`${plural(voided, 'void vote')}\nthe evidence is not in the transcript`}>{voided} void</span>}
    </p>
  )
}

function Scale({ run, opinion }: { run: Run; opinion: Opinion }) {
  const criterion = criterionOf(run, opinion.criterion)
  const levels = criterion?.levels.map((one) => one.level) ?? [1, 2, 3, 4, 5]
  return (
    <span className="scale" aria-hidden="true">
      {levels.map((level) => <i key={level} className={level === opinion.level ? `on ${toneOf(criterion, level)}` : undefined} />)}
    </span>
  )
}

interface OneProps {
  run: Run
  opinion: Opinion
  link: (turn: number) => string
}

function One({ run, opinion, link }: OneProps) {
  const criterion = criterionOf(run, opinion.criterion)
  const anchor = anchorOf(criterion, opinion.level)
  const none = opinion.level === 0
  return (
    <li className="opinion">
      <p className="opinion-head">
        <b data-tip={criterion?.question}>{opinion.criterion}</b>
        <Scale run={run} opinion={opinion} />
        <span className="number">{none ? '–' : opinion.level}<span className="sr"> of 5</span></span>
      </p>
      {none && <p className="opinion-none">No usable answer: {opinion.fault ?? 'the judge gave none'}</p>}
      {anchor && <p className="anchor">{anchor.text}</p>}
      {opinion.unsure && <p className="opinion-unsure"><span className="tag warn">unsure</span> the votes lie on both sides of what passes, so it neither passes nor fails</p>}
      {!none && <Reason text={opinion.reason} />}
      <Votes opinion={opinion} />
      {opinion.turn > 0 && <p>first bad turn <Link to={link(opinion.turn)}>#{opinion.turn}</Link></p>}
      {opinion.evidence.length > 0 && (
        <ul className="evidence-list" aria-label={`Evidence on ${opinion.criterion}`}>
          {opinion.evidence.map((quote, i) => <li key={i}><Link to={link(quote.turn)}>#{quote.turn}</Link> <q>{quote.text.length > 240 ? `${quote.text.slice(0, 240)}…` : quote.text}</q></li>)}
        </ul>
      )}
    </li>
  )
}

/** What a judge model thinks, apart from what decided. */
export function Opinions({ run, talk, link }: { run: Run; talk: Talk; link: (turn: number) => string }) {
  const opinions = [...(talk.opinions ?? [])].sort((a, b) => a.level - b.level) // what needs a look first
  if (opinions.length === 0) return null
  const models = [...new Set(opinions.map((opinion) => opinion.model))]
  const standings = [true, false].map((gates) => opinions.filter((opinion) => opinion.gates === gates)).filter((some) => some.length > 0)
  return (
    <section className="opinions" aria-labelledby="opinions">
      <h2 id="opinions">Opinions <small>of {models.join(', ')}</small></h2>
      {standings.map((some) => (
        <div key={String(some[0]?.gates)}>
          <p className={some[0]?.gates ? 'standing counts-words' : 'standing advisory'}>{standingWords(run.judge, some[0] as Opinion)}</p>
          <ul className="opinion-list">{some.map((opinion, i) => <One key={i} run={run} opinion={opinion} link={link} />)}</ul>
        </div>
      ))}
    </section>
  )
}
