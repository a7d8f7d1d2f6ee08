// The door for tests of cells.
export { openPorts } from '../execute/ports.ts'
