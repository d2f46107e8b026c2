/** Sends one mail as a program of its own, so that what its environment trusts counts: `send-mail.js URL`. */
import { SmtpMailer } from '../../core/identity/mailers.js'

const [url = ''] = process.argv.slice(2)
const mailer = new SmtpMailer(url, () => 'Talos <talos@example.org>')
const outcome = await mailer.send({ to: 'a@example.org', subject: 'Over TLS', text: 'Hello.' }).then(
  () => 'sent',
  (error: { code?: string; message: string }) => `${error.code} ${error.message}`,
)
await mailer.stop()
process.stdout.write(`${JSON.stringify(outcome)}\n`)
