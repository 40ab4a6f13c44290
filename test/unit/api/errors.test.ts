import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { API_ERRORS, apiError, replyOf } from '../../../src/api/index.js'
import { CodedError } from '../../../src/util/index.js'

describe('table of errors', () => {
  it('is the one that the manual prints', async () => {
    const manual = await readFile(new URL('../../../docs/http-api.md', import.meta.url), 'utf8')
    const squeezed = manual.replace(/ +/g, ' ')
    for (const [code, { status, sentence }] of Object.entries(API_ERRORS))
      expect(squeezed).toContain(`| \`${code}\` | ${status ?? ''} | ${sentence} |`.replace(/ +/g, ' '))
    const rows = [...squeezed.matchAll(/^\| `([a-z-]+)` \| (?:\d{3})? ?\|/gm)].map(([, code]) => code)
    expect(rows.toSorted()).toEqual(Object.keys(API_ERRORS).toSorted())
  })

  it('answers with the code, its status and its facts', () => {
    expect(replyOf(apiError('transaction-unknown', { hash: 'ab' }))).toEqual({
      status: 404,
      body: {
        error: {
          code: 'transaction-unknown',
          message: API_ERRORS['transaction-unknown'].sentence,
          data: { hash: 'ab' },
        },
      },
      retryAfterSeconds: null,
    })
    expect(replyOf(apiError('overloaded', { retryAfterSeconds: 3 }))).toMatchObject({
      status: 503,
      retryAfterSeconds: 3,
    })
  })

  it('says nothing of what is inside', () => {
    const internal = { status: 500, body: { error: { code: 'internal', data: {} } } }
    for (const error of [
      new Error('secret'),
      new CodedError('disk-broken', 'secret', { path: 'secret' }),
      'secret',
      null,
    ]) {
      expect(replyOf(error)).toMatchObject(internal)
      expect(JSON.stringify(replyOf(error))).not.toContain('secret')
    }
  })
})
