import { request } from 'node:http'

/** An answer as it was on the wire, headers in their order. */
export interface RawAnswer {
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

export const rawRequest = (
  port: number,
  given: {
    readonly method?: string
    readonly path?: string
    readonly authorization?: string
    readonly body?: string | Uint8Array
  },
): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const { method = 'POST', path = '/', authorization, body = '' } = given
    const headers = authorization === undefined ? {} : { authorization }
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: pairs(response.rawHeaders),
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      )
    })
    sent.once('error', reject)
    sent.end(body)
  })

const pairs = ([name, value, ...rest]: readonly string[]): readonly (readonly [string, string])[] =>
  name === undefined || value === undefined ? [] : [[name, value], ...pairs(rest)]

export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
