import { useMemo } from 'react'
import { Navigate, Route, Routes } from 'react-router'
import { OpenedContext } from './context'
import type { Run } from './data/run'
import type { Source } from './data/source'
import { Layout } from './ui/Layout'
import { Conversation } from './views/Conversation'
import { Conversations } from './views/Conversations'
import { Distributions } from './views/Distributions'
import { Failures } from './views/Failures'
import { Matrix } from './views/Matrix'
import { Overview } from './views/Overview'
import { Search } from './views/Search'

export function App({ run, source, served = false }: { run: Run; source: Source; served?: boolean }) {
  const opened = useMemo(() => ({ run, source, served }), [run, source, served])
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
          <Route path="/search" element={<Search />} />
          <Route path="*" element={<Navigate to="/" replace />} />
        </Route>
      </Routes>
    </OpenedContext>
  )
}
