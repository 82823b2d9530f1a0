// Where the browser is, and how it is started: nothing leaves the machine.
export const chromium = process.env.SOSIA_CHROMIUM ?? '/usr/bin/chromium'
export const options = {
  executablePath: chromium,
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
         '--disable-component-update', '--disable-sync'],
}
