// Before all tests: the program and the packages are made from the sources as they are.
import { programFolder } from '../build/start.js'

export default async function setup(): Promise<void> {
  if ((await programFolder()) === undefined) throw new Error('the program cannot be made')
}
