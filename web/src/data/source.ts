// Where a report's data comes from: compressed blocks of text inside the page. A script element of an unknown type is data to the
// browser, and base64 cannot end it early.
import type { Conversation } from '../generated/conversation'
import type { Comparison, Report } from '../generated/report'
import type { Run } from './run'
import { searchBlocks, type Hit } from './search'

/** Where transcripts come from: the page itself (PageSource) or the program that serves it (ServedSource). */
export interface Source {
  conversation(run: Run, row: number): Promise<Conversation>
  /** Calls `found` with hits as they come and the share done; stops when it returns false. */
  search(run: Run, text: string, found: (hits: Hit[], done: number) => boolean): Promise<void>
  /** What changed since another run or a baseline; `base` is empty for the one the file was written against. */
  comparison(run: Run, base: string): Promise<Comparison>
  /** A transcript of the older side of a comparison, or of the newer one where the file leaves it out otherwise. */
  compared(comparison: Comparison, side: 'before' | 'after', id: string): Promise<Conversation>
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

async function unpacked(base64: string): Promise<string> {
  const stream = new Blob([bytesOf(base64)]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(stream).text()
}

// The transcripts follow this script in the page, so that it can start while the browser still reads them.
function pageRead(): Promise<void> {
  if (document.readyState !== 'loading') return Promise.resolve()
  return new Promise((done) => document.addEventListener('DOMContentLoaded', () => done(), { once: true }))
}

const keptBlocks = 12

export class PageSource implements Source {
  private readonly blocks = new Map<number, Promise<string[]>>()

  async report(): Promise<Report> {
    const element = document.getElementById('sosia-index')
    if (!element?.textContent) throw new Error('This page holds no run. `sosia report` writes one that does.')
    const report = JSON.parse(await unpacked(element.textContent)) as Report
    if (report.format !== 1) throw new Error(`This page is of a format it cannot read (${String(report.format)}).`)
    element.remove()
    return report
  }

  static present(): boolean {
    return document.getElementById('sosia-index') !== null
  }

  async conversation(run: Run, row: number): Promise<Conversation> {
    const text = (await this.block(run.number('block', row)))[run.number('line', row)]
    if (!text) throw new Error('This transcript is missing from this file.')
    return JSON.parse(text) as Conversation
  }

  search(run: Run, text: string, found: (hits: Hit[], done: number) => boolean): Promise<void> {
    // Blocks of a comparison come first and hold transcripts of another run.
    return searchBlocks((number) => this.block(number), run.report.comparison?.blocks ?? 0, run.report.contents.blocks, text, found)
  }

  comparison(run: Run): Promise<Comparison> {
    const { comparison } = run.report
    return comparison ? Promise.resolve(comparison) : Promise.reject(new Error('This file was written without a comparison. `sosia report --against BASE` writes one.'))
  }

  async compared(comparison: Comparison, side: 'before' | 'after', id: string): Promise<Conversation> {
    const place = comparison.held?.[`${side} ${id}`]
    if (id === '' || !place) throw new Error('This transcript is not in this file.')
    return JSON.parse((await this.block(place[0] as number))[place[1] as number] ?? '') as Conversation
  }

  /** The lines of one transcript block, each a conversation as JSON. */
  private block(number: number): Promise<string[]> {
    const known = this.blocks.get(number)
    if (known) return known
    const read = this.read(number)
    this.blocks.set(number, read)
    if (this.blocks.size > keptBlocks) this.blocks.delete(this.blocks.keys().next().value as number)
    return read
  }

  private async read(number: number): Promise<string[]> {
    const id = `sosia-block-${number}`
    if (!document.getElementById(id)) await pageRead()
    const text = document.getElementById(id)?.textContent
    if (!text) throw new Error(`Transcript block ${number} is missing from this file.`)
    return (await unpacked(text)).split('\n')
  }
}
