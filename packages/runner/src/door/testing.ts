// The door for tests of cells.
export { openPorts } from '../execute/port-maps.ts'
