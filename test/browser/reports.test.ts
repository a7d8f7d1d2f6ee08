// The reports in a real browser: they open from the disk without a network, speak to nobody, raise no error, fit a
// phone, are dark where dark is asked for, name every chart to a screen reader, and do not grow with the data.
// Without Chromium (CHROMIUM, or /usr/bin/chromium) the tests that need it are skipped.
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { afterMonth2, type Churn, freshClone, MONTH_1, MONTH_2 } from '../pipeline/rig.ts'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const PAGES = [
  'reports/index.html',
  `reports/drift/drift_${MONTH_1}_vs_${MONTH_2}.html`,
  'reports/evaluation.html',
  'reports/comparison.html',
]
const PHONE = { width: 360, height: 740 }
const DESK = { width: 1280, height: 900 }

/** Brightness (0 to 1) of a CSS colour such as rgb(16, 23, 27). */
function brightness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number)
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255
}

/** The colours of the page's ground, of its sections, of its text and of the charts' labels, as computed. */
async function coloursOf(page: Page) {
  const style = (element: string, key: string) => `getComputedStyle(${element}).${key}`
  const labels = `[...new Set([...document.querySelectorAll('figure svg text')].map((text) => ${style('text', 'fill')}))]`
  return {
    ground: await page.evaluate<string>(style('document.documentElement', 'backgroundColor')),
    paper: await page.evaluate<string>(
      style("document.querySelector('main > section')", 'backgroundColor'),
    ),
    ink: await page.evaluate<string>(style('document.body', 'color')),
    labels: await page.evaluate<string[]>(labels),
  }
}

/** What the accessibility tree calls its pictures. */
async function picturesOf(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  return nodes
    .filter((node) => !node.ignored && ['image', 'img'].includes(String(node.role?.value)))
    .map((node) => String(node.name?.value ?? ''))
}

describe.skipIf(!existsSync(CHROMIUM))('in a browser', () => {
  let browser: Browser
  let it: Churn

  beforeAll(async () => {
    it = await afterMonth2()
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  }, 180_000)
  afterAll(() => browser?.close())

  /** Opens a report offline and notes what it asks for and complains of. */
  async function visit(path: string, options: BrowserContextOptions) {
    const context = await browser.newContext({ ...options, offline: true })
    const page = await context.newPage()
    const requests: string[] = []
    const complaints: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    const url = pathToFileURL(it.path(path)).href
    await page.goto(url)
    return { page, url, requests, complaints, close: () => context.close() }
  }

  test.for(
    PAGES,
  )('%s opens without a network, asks nobody and complains of nothing', async (path) => {
    const { page, url, requests, complaints, close } = await visit(path, { viewport: DESK })
    await page.locator('.unfold').click()
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('h1').textContent()).toBeTruthy()
    expect(requests.filter((request) => request !== url && !request.startsWith('data:'))).toEqual(
      [],
    )
    expect(complaints).toEqual([])
    await close()
  })

  test.for(PAGES)('%s has no sideways scroll on a phone, folded or not', async (path) => {
    const { page, close } = await visit(path, { viewport: PHONE })
    const width = () => page.evaluate<number>('document.documentElement.scrollWidth')
    expect(await width()).toBe(PHONE.width)
    await page.locator('.unfold').click()
    expect(await width()).toBe(PHONE.width)
    await page.evaluate('scrollTo(500, 0)')
    expect(await page.evaluate<number>('scrollX')).toBe(0)
    await close()
  })

  test.for(PAGES)('%s is dark where dark is asked for, and light where light is', async (path) => {
    for (const colorScheme of ['dark', 'light'] as const) {
      const { page, close } = await visit(path, { viewport: DESK, colorScheme })
      const { ground, paper, ink, labels } = await coloursOf(page)
      const dark = colorScheme === 'dark'
      for (const back of [ground, paper]) expect(brightness(back) < 0.2).toBe(dark)
      expect(brightness(ink) > 0.7).toBe(dark)
      expect(labels.length).toBeGreaterThan(0)
      for (const fill of labels)
        expect(Math.abs(brightness(fill) - brightness(paper))).toBeGreaterThan(0.3)
      await close()
    }
  })

  test.for(PAGES)('%s names every chart', async (path) => {
    const { page, close } = await visit(path, { viewport: DESK })
    const charts = await page.locator('figure svg').count()
    expect(charts).toBeGreaterThan(0)
    const pictures = await picturesOf(page)
    expect(pictures.length).toBeGreaterThanOrEqual(charts)
    for (const name of pictures) expect(name).toMatch(/\w{2}/)
    await close()
  })

  test('the notebook has a section for each stage, and its links lead to pages that are there', async () => {
    const { page, close } = await visit('reports/index.html', { viewport: DESK })
    expect(await page.locator('main > section').count()).toBeGreaterThanOrEqual(11)
    const links = await page.evaluate<string[]>(
      "[...document.querySelectorAll('a[href]')].map((link) => link.getAttribute('href'))",
    )
    const pages = links.filter((href) => !href.startsWith('#'))
    expect(pages.filter((href) => !it.has(`reports/${href}`))).toEqual([])
    expect(pages).toContain('comparison.html')
    const ids = await page.evaluate<string[]>(
      "[...document.querySelectorAll('[id]')].map((element) => element.id)",
    )
    const anchors = links.filter((href) => href.startsWith('#'))
    const missing = anchors.filter((href) => !ids.includes(href.slice(1)))
    expect(missing).toEqual([])
    await close()
  })
})

/** The size of each report after two months of so many users, trained shortly: the pages are what counts. */
async function sizes(users: number): Promise<number[]> {
  const it = freshClone(users)
  await it.outcomes('-S', 'train.epochs=4', '-S', 'train.folds=2')
  await it.outcomes('-S', `as_of=${MONTH_2}`)
  return PAGES.map((path) => Buffer.byteLength(it.read(path)))
}

test('a report is small, and no larger for four times the users', async () => {
  const [few, many] = [await sizes(1500), await sizes(6000)]
  for (const [index, size] of many.entries()) {
    expect(size).toBeLessThan(500_000)
    // Digits of counts and points of curves vary by a few hundred bytes.
    expect(size).toBeLessThan((few[index] ?? 0) * 1.08)
  }
})
