// Asking git starts a process: for the rooms above it is asked from here.
export { gitState } from '@weir/base/process'
