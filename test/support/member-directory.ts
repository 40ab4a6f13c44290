import { join } from 'node:path'

import { createMember } from '../../src/cli/network/member.js'
import { createRegistrar, signNetwork } from '../../src/cli/network/registrar.js'
import { dataDirectory, type DataDirectory } from '../../src/node/data-directory.js'
import type { MemberKind } from '../../src/roles/index.js'

/** A network of two members and its registrar on disk, as the commands make it. */
export interface MemberDirectories {
  readonly root: string
  readonly networkFile: string
  readonly registrar: DataDirectory
  readonly validator: DataDirectory
  readonly messagenode: DataDirectory
}

/** Ports that nothing can listen on twice are not needed: nothing of this is started unless a test does. */
export const memberDirectories = async (
  root: string,
  ports: { readonly ssb: number; readonly http: number } = { ssb: 20_001, http: 20_002 },
): Promise<MemberDirectories> => {
  const host = '127.0.0.1'
  const directory = (name: string) => join(root, name)
  const networkFile = join(root, 'network.json')
  const shared = { networkFile: '../network.json' }
  const draft = await createRegistrar({
    directory: directory('registrar'),
    ssb: { host, port: 20_003 },
    ...shared,
  })
  const member = (kind: MemberKind, name: string, ssb: number, http: number) =>
    createMember({
      kind,
      name,
      draft,
      directory: directory(name),
      ssb: { host, port: ssb },
      http: { host, port: http },
      ...shared,
    })
  await member('validator', 'validator-1', ports.ssb, ports.http)
  await member('messagenode', 'messagenode-1', 20_004, 20_005)
  const paths = (name: string) => dataDirectory(directory(name))
  await signNetwork({
    directory: directory('registrar'),
    registrations: [paths('validator-1').registration, paths('messagenode-1').registration],
    balances: new Map(),
    out: networkFile,
  })
  return {
    root,
    networkFile,
    registrar: paths('registrar'),
    validator: paths('validator-1'),
    messagenode: paths('messagenode-1'),
  }
}
