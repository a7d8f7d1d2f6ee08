// A stand-in for a container: a process with pids, and a /proc, of its own, on the same files and with the same host name.
import { spawnSync } from 'node:child_process'

const PLAIN = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child']
/** What an ordinary user may do where the kernel lets users have namespaces. */
const AS_USER = ['unshare', '--user', '--map-root-user', ...PLAIN.slice(1)]

/** Put before a command, it gives it a pid namespace of its own; undefined where this system does not let us. */
export const CONTAINER: readonly string[] | undefined = [PLAIN, AS_USER].find(
  ([command = '', ...args]) => spawnSync(command, [...args, 'true']).status === 0,
)

/** For the title of what cannot be tested without it. */
export const NEEDS_CONTAINER = CONTAINER ? '' : ' (not run: unshare of a pid namespace is refused)'
