import { useMemo } from 'react'
import { Navigate, Route, Routes } from 'react-router'
import { OpenedContext, type Opened } from './context'
import { Layout } from './ui/Layout'
import { Compare } from './views/Compare'
import { Conversation } from './views/Conversation'
import { Conversations } from './views/Conversations'
import { Distributions } from './views/Distributions'
import { Failures } from './views/Failures'
import { Matrix } from './views/Matrix'
import { Overview } from './views/Overview'
import { Search } from './views/Search'

export function App({ run, source, store, whole }: Opened) {
  const opened = useMemo(() => ({ run, source, store, whole }), [run, source, store, whole])
  return (
    <OpenedContext value={opened}>
      <Routes>
        <Route element={<Layout />}>
          <Route path="/" element={<Overview />} />
          <Route path="/matrix" element={<Matrix />} />
          <Route path="/failures" element={<Failures />} />
          <Route path="/conversations" element={<Conversations />} />
          <Route path="/conversations/:id" element={<Conversation />} />
          <Route path="/distributions" element={<Distributions />} />
          <Route path="/compare" element={<Compare />} />
          <Route path="/search" element={<Search />} />
          <Route path="*" element={<Navigate to="/" replace />} />
        </Route>
      </Routes>
    </OpenedContext>
  )
}
