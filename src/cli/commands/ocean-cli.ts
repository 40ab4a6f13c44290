import { createOceanClient, rpcCodeOf } from '../../ocean/client/index.js'
import { loadConf, type OceanConf } from '../../ocean/conf/index.js'
import { type Json, readJson, writePretty } from '../../ocean/json/index.js'
import { COMMANDS } from '../../ocean/rpc/index.js'
import { CodedError, isCoded } from '../../util/index.js'
import {
  command,
  FILE,
  HOST_PORT,
  many,
  optional,
  required,
  TEXT,
  type Outcome,
  usage,
} from '../kit/index.js'

export const oceanCli = command({
  name: 'ocean cli',
  summary: 'call an Ocean node, ours or a real one, and print what it answers',
  details:
    'Text is printed as it is, everything else as JSON with the digits of the node; a refusal goes to standard ' +
    'error, and its code makes the exit code. With --json, amounts are decimal text. Write -- before parameters ' +
    'that begin with a dash.',
  arguments: {
    method: required(TEXT, 'such as getblockcount; help lists them'),
    params: many(TEXT, 'its parameters, by position'),
  },
  options: {
    conf: required(FILE, "the node's ocean.conf, for address and credentials"),
    connect: optional(HOST_PORT, 'where the node is (default: rpcconnect and rpcport of the configuration)'),
  },
  examples: [
    'blockfin ocean cli --conf ocean.conf getblockcount',
    'blockfin ocean cli --conf ocean.conf getblockhash 0',
    'blockfin ocean cli --conf ocean.conf getblock 52cb1ceb... 2',
  ],
  async run({ method, params, conf, connect }, terminal) {
    const client = createOceanClient(endpointOf(await loadConf(conf), connect))
    try {
      return printed(await client.call(method, ...parametersOf(method, params)))
    } catch (error) {
      const code = rpcCodeOf(error)
      if (code === undefined || !isCoded(error)) throw error
      terminal.progress(`error code: ${code}\nerror message:\n${error.message}`)
      return { json: { error: { code, message: error.message } }, text: '', exitCode: exitCodeOf(code) }
    } finally {
      client.close()
    }
  },
})

/** @throws CodedError `ocean-credentials-missing` */
const endpointOf = (
  { node: { rpc } }: OceanConf,
  connect: { readonly host: string; readonly port: number } | undefined,
) => {
  const { user, password } = rpc
  if (user === undefined || password === undefined) {
    throw new CodedError('ocean-credentials-missing', 'the configuration has no rpcuser and rpcpassword')
  }
  return { host: rpc.connect, port: rpc.port, ...connect, user, password }
}

/** Text, or JSON where the table of commands says so. @throws CodedError `usage` */
const parametersOf = (method: string, texts: readonly string[]): readonly Json[] => {
  const json = COMMANDS.get(method)?.json ?? []
  return texts.map((text, index) => {
    if (!json.includes(index)) return text
    try {
      return readJson(text)
    } catch (error) {
      if (isCoded(error, 'json-malformed')) throw usage(`parameter ${index + 1} of ${method} must be JSON`)
      throw error
    }
  })
}

const printed = (result: Json): Outcome => ({ json: result, text: textOf(result) })

const textOf = (result: Json): string => {
  if (result === null) return ''
  return typeof result === 'string' ? result : writePretty(result)
}

/** As a shell sees that of a real `ocean-cli`, but never success. */
const exitCodeOf = (code: number): number => Math.abs(code) % 256 || 1
